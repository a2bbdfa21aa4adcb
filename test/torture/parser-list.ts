// Each parser of outside bytes, with pieces that are repeated to make it slow where it can be made slow.
import {
  authorsOf,
  createBodyEditor,
  decodeWords,
  findTraces,
  parseAddressList,
  parseHeaderBlock,
  readReport,
  readSummary,
} from '../../main/mail/index.ts'
import { parseMessage } from '../../main/dns/wire.ts'
import { DataReader } from '../../main/smtp/data-reader.ts'
import { parseCommand, parsePathCommand } from '../../main/smtp/parse-command.ts'
import { addressKey, parseAddress, type Address } from '../../main/terms/address.ts'
import { parseCsv } from '../../main/terms/csv.ts'
import { parseAliasSearch } from '../../main/aliases/search-grammar.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'

export interface Parser {
  readonly name: string
  readonly make: readonly string[]
  readonly parse: (bytes: Buffer) => void
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
    const editor = createBodyEditor(header, { kind: 'reply', facts, options: { scrub: true, removeFlagged: false } })
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
/** Fields are bounded to a header of 256 KiB at the door; here they are not. */
const field =
  (parse: (text: string) => void) =>
  (bytes: Buffer): void =>
    parse(bytes.toString('latin1'))

export const PARSERS: readonly Parser[] = [
  {
    name: 'header block',
    make: ['X: y\r\n', 'A:\r\n b\r\n', ': \r\n', 'x'],
    parse: (bytes) => void readSummary(parseHeaderBlock(bytes)),
  },
  {
    name: 'authors',
    make: ['a@b.example, ', '<"(', 'g:;', '"\\"', '=?utf-8?q?a?= '],
    parse: (bytes) =>
      void authorsOf(parseHeaderBlock(Buffer.concat([Buffer.from('From: '), bytes, Buffer.from('\r\n\r\n')]))),
  },
  {
    name: 'address list',
    make: ['a@b.example, ', '<"(', '((', 'g:a,', '\\'],
    parse: field((text) => void parseAddressList(text)),
  },
  {
    name: 'encoded words',
    make: ['=?utf-8?q?a?= ', '=?utf-8?b?YQ', '=?', '?='],
    parse: field((text) => void decodeWords(text)),
  },
  {
    name: 'reply, HTML',
    make: ['<div>', '<a href="ada@mine', '&#64;', '<!--', 'ada@mine.test ', '<'],
    parse: reply(HTML),
  },
  { name: 'reply, quoted-printable', make: ['=\r\n', '=3', 'ada=40mine.tes', 'a='], parse: reply(QP) },
  { name: 'reply, base64', make: ['YWRhQG1pbmUudGVzdA==', 'YWRh\r\n', '====', 'A'], parse: reply(BASE64) },
  {
    name: 'forward with a banner, nested parts',
    make: ['--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n', '--b\r\n\r\n', '--b', '-'],
    parse: banner(MIXED),
  },
  {
    name: 'traces',
    make: ['ada@mine.tes', 'ada%40', 'YWRhQG1pbmUudGVz', 'a'],
    parse: (bytes) => void findTraces(bytes, { addresses: new Set([addressKey(USER)]), names: [], hosts: [] }),
  },
  {
    name: 'reports',
    make: [
      'Final-Recipient: rfc822; a@b\r\n\r\n',
      '--b\r\nContent-Type: message/delivery-status\r\n\r\n',
      '<a@b>:\r\n',
      '550 5.1.1 ',
    ],
    parse: (bytes) => {
      const report = readReport(REPORT)
      report.push(bytes)
      report.end()
    },
  },
  {
    name: 'data',
    make: ['.\r\n', '..\r\nx\r\n', 'x', '\r\n'],
    parse: (bytes) => void new DataReader(64 * 1024).push(bytes),
  },
  {
    name: 'body hash',
    make: [' \t', '\r\n', 'x \r\n', ' '],
    parse: (bytes) => {
      new RelaxedBodyHash().update(bytes)
    },
  },
  { name: 'commands', make: ['MAIL FROM:<', 'A=B ', '"\\', '@a,'], parse: (bytes) => void parseCommand(bytes) },
  {
    name: 'paths',
    make: ['@a,', '"\\"', 'a=b ', '<'],
    parse: field((text) => void parsePathCommand(`FROM:<${text}>`, 'FROM')),
  },
  { name: 'addresses', make: ['a.', '"', '\\"', '@', '\u00fc'], parse: field((text) => void parseAddress(text)) },
  { name: 'tables', make: ['a,', '"', '""', '\r\n'], parse: field((text) => void parseCsv(text)) },
  { name: 'searches', make: ['a ', '"', 'is:', ':'], parse: field((text) => void parseAliasSearch(text)) },
  {
    name: 'answers of the DNS',
    make: ['\0\x01\x81\x80\0\x01\xff\xff\0\0\0\0\x01a\0\0\x01\0\x01', '\xc0\x0c', '\0', '\x3fa'],
    parse: (bytes) => {
      try {
        parseMessage(bytes.subarray(0, 65_535))
      } catch {
        // Refused, which costs time as well.
      }
    },
  },
]
