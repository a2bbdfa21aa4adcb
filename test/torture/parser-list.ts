// Each parser of outside bytes, with pieces that are repeated to make it slow where it can be made slow.
import {
  authorsOf,
  createBodyEditor,
  decodeWords,
  EightBitFinder,
  findTraces,
  parseAddressList,
  parseHeaderBlock,
  readReport,
  readSummary,
  SevenBitBody,
} from '../../main/mail/index.ts'
import { asciiFields } from '../../main/mail/ascii-fields.ts'
import { parseMessage } from '../../main/dns/wire.ts'
import { DOOR_LIMITS } from '../../main/smtp/limits.ts'
import { DataReader } from '../../main/smtp/data-reader.ts'
import { parseCommand, parsePathCommand } from '../../main/smtp/parse-command.ts'
import { addressKey, parseAddress, type Address } from '../../main/terms/address.ts'
import { parseCsv } from '../../main/terms/csv.ts'
import { parseAliasSearch } from '../../main/aliases/search-grammar.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'

export interface Parser {
  readonly name: string
  readonly make: readonly string[]
  /** Octets of the larger input: what the door lets through at most, a million where that is more. */
  readonly most?: number
  /** What is measured, with everything made ready that is no work of the parser. */
  readonly work: (bytes: Buffer) => () => void
}

const USER = 'ada@mine.test' as Address
const HTML = Buffer.from('Content-Type: text/html; charset=utf-8\r\n\r\n')
const QP = Buffer.from('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n')
const BASE64 = Buffer.from('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n')
const MIXED = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n')
const REPORT = Buffer.from('Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n')

const reply =
  (header: Buffer) =>
  (bytes: Buffer): void => {
    const facts = {
      ...{
        alias: 'shop@alias.test' as Address,
        fromName: '',
        userAddresses: new Set([addressKey(USER)]),
        targets: new Map<never, never>(),
      },
      ...{
        messageId: 'x@alias.test',
        messageIds: new Map<never, never>(),
        at: 0 as never,
        userHosts: new Set(['mine.test']),
      },
    }
    const editor = createBodyEditor(header, { kind: 'reply', facts, options: { scrub: true } })
    editor.push(bytes)
    editor.end()
  }
const banner =
  (header: Buffer) =>
  (bytes: Buffer): void => {
    const editor = createBodyEditor(header, {
      kind: 'forward',
      banners: [{ position: 'bottom', style: 'warning', text: 'careful' }],
    })
    editor.push(bytes)
    editor.end()
  }
const sevenBits = (bytes: Buffer): void => {
  const finder = new EightBitFinder(MIXED)
  finder.push(bytes)
  finder.end()
  const body = new SevenBitBody(MIXED, finder.parts)
  body.push(bytes)
  body.end()
}
/** What the door lets through at most: the header of a message, and a line of AUTH, the longest one of a command. */
const HEADER = DOOR_LIMITS.headerBlock
const COMMAND = DOOR_LIMITS.authLine
const octets = (parse: (bytes: Buffer) => void) => (bytes: Buffer) => (): void => parse(bytes)
const field = (parse: (text: string) => void) => (bytes: Buffer) => {
  const text = bytes.toString('latin1')
  return (): void => parse(text)
}

export const PARSERS: readonly Parser[] = [
  {
    name: 'header block',
    most: HEADER,
    make: ['X: y\r\n', 'A:\r\n b\r\n', ': \r\n', 'x'],
    work: octets((bytes) => void readSummary(parseHeaderBlock(bytes))),
  },
  {
    name: 'authors',
    most: HEADER,
    make: ['a@b.example, ', '<"(', 'g:;', '"\\"', '=?utf-8?q?a?= '],
    work: octets(
      (bytes) =>
        void authorsOf(parseHeaderBlock(Buffer.concat([Buffer.from('From: '), bytes, Buffer.from('\r\n\r\n')]))),
    ),
  },
  {
    name: 'address list',
    most: HEADER,
    make: ['a@b.example, ', '<"(', '((', 'g:a,', '\\'],
    work: field((text) => void parseAddressList(text)),
  },
  {
    name: 'encoded words',
    most: HEADER,
    make: ['=?utf-8?q?a?= ', '=?utf-8?b?YQ', '=?', '?='],
    work: field((text) => void decodeWords(text)),
  },
  {
    name: 'reply, HTML',
    make: ['<div>', '<a href="ada@mine', '&#64;', '<!--', 'ada@mine.test ', '<'],
    work: octets(reply(HTML)),
  },
  { name: 'reply, quoted-printable', make: ['=\r\n', '=3', 'ada=40mine.tes', 'a='], work: octets(reply(QP)) },
  { name: 'reply, base64', make: ['YWRhQG1pbmUudGVzdA==', 'YWRh\r\n', '====', 'A'], work: octets(reply(BASE64)) },
  {
    name: 'forward with a banner, nested parts',
    make: ['--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n', '--b\r\n\r\n', '--b', '-'],
    work: octets(banner(MIXED)),
  },
  {
    name: 'seven bits',
    make: ['ä', '--b\r\n\r\nä\r\n', '--b\r\nContent-Type: multipart/signed; boundary=b\r\n\r\nä', '=', '--b', 'ä\r\n'],
    work: octets(sevenBits),
  },
  {
    name: 'header in ASCII',
    most: HEADER,
    make: ['To: ä, ä;\r\n', 'Content-Type: ä; ä="ä"\r\n', 'References: <ä> a@ä\r\n', 'X: ä\r\n', 'List-Id: <ä', 'ä'],
    work: octets((bytes) => void asciiFields(parseHeaderBlock(bytes).fields)),
  },
  {
    name: 'traces',
    make: ['ada@mine.tes', 'ada%40', 'YWRhQG1pbmUudGVz', 'a'],
    work: octets((bytes) => void findTraces(bytes, { addresses: new Set([addressKey(USER)]), names: [], hosts: [] })),
  },
  {
    name: 'reports',
    make: [
      'Final-Recipient: rfc822; a@b\r\n\r\n',
      '--b\r\nContent-Type: message/delivery-status\r\n\r\n',
      '<a@b>:\r\n',
      '550 5.1.1 ',
    ],
    work: octets((bytes) => {
      const report = readReport(REPORT)
      report.push(bytes)
      report.end()
    }),
  },
  {
    name: 'data',
    make: ['.\r\n', '..\r\nx\r\n', 'x', '\r\n'],
    work: octets((bytes) => void new DataReader(64 * 1024).push(bytes)),
  },
  {
    name: 'body hash',
    make: [' \t', '\r\n', 'x \r\n', ' '],
    work: octets((bytes) => {
      new RelaxedBodyHash().update(bytes)
    }),
  },
  {
    name: 'commands',
    most: COMMAND,
    make: ['MAIL FROM:<', 'A=B ', '"\\', '@a,'],
    work: octets((bytes) => void parseCommand(bytes)),
  },
  {
    name: 'paths',
    most: COMMAND,
    make: ['@a,', '"\\"', 'a=b ', '<'],
    work: field((text) => void parsePathCommand(`FROM:<${text}>`, 'FROM')),
  },
  { name: 'addresses', make: ['a.', '"', '\\"', '@', '\u00fc'], work: field((text) => void parseAddress(text)) },
  { name: 'tables', make: ['a,', '"', '""', '\r\n'], work: field((text) => void parseCsv(text)) },
  { name: 'searches', make: ['a ', '"', 'is:', ':'], work: field((text) => void parseAliasSearch(text)) },
  {
    name: 'answers of the DNS',
    most: 65_530,
    make: ['\0\x01\x81\x80\0\x01\xff\xff\0\0\0\0\x01a\0\0\x01\0\x01', '\xc0\x0c', '\0', '\x3fa'],
    work: octets((bytes) => {
      try {
        parseMessage(bytes)
      } catch {
        // Refused, which costs time as well.
      }
    }),
  },
]
