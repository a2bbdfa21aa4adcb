// What may pass for the end of a message, and the second message that would follow it.
const ENDS = ['\n', '\r', '\r\n', '\n\r', '\r\r\n', '\0\r\n', '\r\0\n', '\r\n\0', '\x0b', '\x85', '\u2028']
/** What was published: `\n.\n`, `\n.\r\n`, `\r.\r\n`, `\r\n.\n` and the NUL variants are among all pairs of line ends. */
export const SEQUENCES: readonly string[] = [
  ...ENDS.flatMap((before) => ENDS.map((behind) => `${before}.${behind}`)),
  ...['\r\n..\r\n', '\r\n.\r\r\n', '\r\n. \r\n', '\r\n.\t\r\n', '\r\n.\0\r\n', '\r\n\0.\r\n', '\n\n.\n\n', '\r\n.\r\n'],
]
export const smuggled = (i: number): string =>
  `MAIL FROM:<evil@x.test>\r\nRCPT TO:<shop@load.test>\r\nDATA\r\nSubject: smuggled ${i}\r\n\r\nevil\r\n.\r\n`
