// Who a message is from, in few words.

/** The display name of a From field, else its address, else nothing. The whole field is shown where the message is read. */
export function nameOf(from: string): string {
  const bracket = from.lastIndexOf('<')
  const name = (bracket === -1 ? from : from.slice(0, bracket)).trim()
  const bare =
    name.startsWith('"') && name.endsWith('"') && name.length > 1 ? name.slice(1, -1).replaceAll('\\', '') : name
  if (bare !== '') return bare
  const address = from
    .slice(bracket + 1)
    .replace('>', '')
    .trim()
  return address
}
