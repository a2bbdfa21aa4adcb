// Changing a setting: each value is read as what it is for before it is kept.
import { parseRoute } from '../../delivery/route.ts'
import { isLoopback, serversOf } from '../../dns/servers.ts'
import { isSettingName, readChoice, SETTINGS, type Setting, type SettingName } from '../../store/settings.ts'
import { parseDomain } from '../../terms/address.ts'
import { Failure } from '../../terms/failure.ts'
import { invalid, notFound, type ApiParts } from '../parts.ts'
import type { SettingShown } from '../shapes-owner.ts'
import { findRecipient } from './recipients.ts'

type Parts = Pick<ApiParts, 'store'>

export function showSetting({ store }: Parts, name: SettingName): SettingShown {
  const setting: Setting = SETTINGS[name]
  const stored = store.directory.setting(name) ?? null
  const hidden = setting.kind === 'text' && setting.secret === true && stored !== null
  const value = hidden
    ? '(set)'
    : name === 'default-recipient' && stored !== null
      ? (store.directory.recipient(stored)?.email ?? null)
      : stored
  const standard = setting.kind === 'text' ? null : String(setting.standard)
  const { help, takesEffect, kind } = setting
  return {
    ...{ name, value, standard, help, takesEffect, kind },
    ...(kind === 'count' ? { min: setting.min, max: setting.max } : {}),
    ...(kind === 'choice' ? { choices: [...setting.choices] } : {}),
    ...(kind === 'text' && setting.secret === true ? { secret: true } : {}),
  }
}

export const allSettings = (parts: Parts): SettingShown[] =>
  Object.keys(SETTINGS)
    .filter(isSettingName)
    .map((name) => showSetting(parts, name))

export function settingName(name: string): SettingName {
  if (!isSettingName(name)) throw notFound(`The setting ${name.slice(0, 40)}`)
  return name
}

const NOT_LOCAL = 'Only a resolver on this machine (127.0.0.1) can be trusted to validate.'

function isLocal(resolver: string | undefined): boolean {
  return serversOf(resolver).every(isLoopback)
}

/** Throws 422 where one of them is none. */
export function readResolver({ store }: Parts, text: string): string {
  const asked = text.split(',').map((one) => one.trim())
  if (asked.length > 8) throw invalid('value', 'Eight resolvers at most, with commas between them.')
  try {
    serversOf(text)
  } catch (error) {
    if (error instanceof Failure) throw invalid('value', `${error.message} ${error.remedy}`)
    throw error
  }
  const resolver = asked.join(',')
  if (readChoice(store.directory, 'dnssec') === 'ad' && !isLocal(resolver))
    throw invalid('value', `${NOT_LOCAL} Set dnssec to on first.`)
  return resolver
}

function readChosen({ store }: Parts, name: SettingName, choices: readonly string[], text: string): string {
  if (!choices.includes(text)) throw invalid('value', `It is ${choices.join(' or ')}.`)
  if (name === 'dnssec' && text === 'ad' && !isLocal(store.directory.setting('resolver')))
    throw invalid('value', `${NOT_LOCAL} Set resolver to one first.`)
  return text
}

/** RFC 8460 §3: it stands in a record, between commas. */
function readReportUrl(text: string): string {
  const [, host = '', port = '443'] = /^https:\/\/([a-z0-9.-]{1,253})(?::(\d{1,5}))?\/tls-report$/.exec(text) ?? []
  if (parseDomain(host)?.includes('.') !== true || Number(port) < 1 || Number(port) > 65_535)
    throw invalid('value', 'It is written like https://mail.example.org:7788/tls-report.')
  return text
}

function readText(parts: Parts, name: SettingName, text: string): string {
  switch (name) {
    case 'hostname': {
      const domain = parseDomain(text)
      if (domain?.includes('.') !== true) throw invalid('value', 'A host name is written like mail.example.org.')
      return domain
    }
    case 'route':
      try {
        parseRoute(text)
      } catch (error) {
        if (error instanceof Failure) throw invalid('value', `${error.message} ${error.remedy}`)
        throw error
      }
      return text
    case 'trusted-sealers': {
      const domains = text.split(',').map((one) => parseDomain(one.trim()))
      if (domains.length > 100 || domains.includes(undefined))
        throw invalid('value', 'Domains with commas between them, like lists.example.org, forward.example.com.')
      return domains.join(',')
    }
    case 'private-hosts': {
      const hosts = text.split(',').map((one) => one.trim())
      const names = hosts.map((one) => parseDomain(one.replace(/^\./, '')))
      if (hosts.length > 100 || names.includes(undefined))
        throw invalid('value', 'Host names with commas between them, like mail.home.arpa, .lan.example.org.')
      return hosts.map((one, i) => `${one.startsWith('.') ? '.' : ''}${names[i] ?? ''}`).join(',')
    }
    case 'tls-report-url':
      return readReportUrl(text)
    case 'resolver':
      return readResolver(parts, text)
    case 'default-recipient':
      return findRecipient(parts, text).id
    default:
      if (text === '' || text.length > 200) throw invalid('value', 'It has between 1 and 200 characters.')
      return text
  }
}

function readValue(parts: Parts, name: SettingName, text: string): string {
  const setting: Setting = SETTINGS[name]
  if (setting.kind === 'text') return readText(parts, name, text)
  if (setting.kind === 'choice') return readChosen(parts, name, setting.choices, text)
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= setting.min && value <= setting.max))
    throw invalid('value', `It is a whole number from ${setting.min} to ${setting.max}.`)
  return String(value)
}

/** `null` puts it back to what it is when nobody set it. */
export async function changeSetting(parts: Parts, name: SettingName, text: string | null): Promise<SettingShown> {
  if (text === null && (name === 'hostname' || name === 'route'))
    throw invalid('value', 'It has to be something; set another one.')
  await parts.store.writer.run('setting', name, text === null ? null : readValue(parts, name, text))
  return showSetting(parts, name)
}
