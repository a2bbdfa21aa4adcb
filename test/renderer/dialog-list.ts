// How one comes to each dialog, drawer, menu and panel: on which page, and by what. In any language: names come from the texts.
import type { Locator, Page } from 'playwright-core'
import type { Texts } from '../../renderer/texts/texts.ts'

/** What a person does. */
export class Hand {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  private named(role: 'button' | 'menuitem', name: string): Locator {
    return this.page.getByRole(role, { name, exact: true })
  }
  press(name: string): Promise<void> {
    return this.named('button', name).last().click()
  }
  choose(name: string): Promise<void> {
    return this.named('menuitem', name).click()
  }
  turn(name: string): Promise<void> {
    // A count may stand behind it.
    return this.page.getByRole('tab', { name }).first().click()
  }
  write(label: string, text: string): Promise<void> {
    return this.page.getByLabel(label, { exact: true }).last().fill(text)
  }
  /** In the dialog that is on top. */
  inDialog(name: string): Promise<void> {
    return this.page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click()
  }
}

export interface Opened {
  readonly name: string
  readonly place: string
  readonly open: (hand: Hand, words: Texts) => Promise<void>
}

const TABLE =
  'alias,description\ntaken@postern.test,A new one\nshop@postern.test,There already\nx@nowhere.test,Not ours\n'

async function importTable(hand: Hand, { aliases: t }: Texts): Promise<void> {
  await hand.press(t.more)
  await hand.choose(t.import)
}

async function lookAtTable(hand: Hand, words: Texts): Promise<void> {
  const { table } = words.aliases
  await importTable(hand, words)
  await hand.write(table.paste, TABLE)
  await hand.press(table.look)
  await hand.page.getByText(table.would).waitFor()
}

async function select(hand: Hand, { aliases: t }: Texts): Promise<void> {
  for (const email of ['shop@postern.test', 'books@postern.test'])
    await hand.page.getByRole('checkbox', { name: t.selectRow(email) }).check()
}

const bulk = (action: 'policy' | 'recipients' | 'forget'): Opened => ({
  name: `bulk ${action}`,
  place: '/aliases',
  async open(hand, words) {
    const { aliases: t } = words
    await select(hand, words)
    const bar = hand.page.getByRole('toolbar', { name: t.bulk.bar })
    await bar.getByRole('button', { name: t.more, exact: true }).click()
    await hand.choose(t.bulk[action])
    await hand.page.getByRole('dialog').getByText(t.bulk.sample).waitFor()
  },
})

const ALIASES: readonly Opened[] = [
  { name: 'new alias', place: '/aliases?new=1', open: () => Promise.resolve() },
  { name: 'import, choose', place: '/aliases', open: importTable },
  { name: 'import, tried', place: '/aliases', open: lookAtTable },
  {
    name: 'import, nothing left',
    place: '/aliases',
    async open(hand, words) {
      const { table } = words.aliases
      await importTable(hand, words)
      await hand.write(table.paste, 'shop@postern.test')
      await hand.press(table.look)
      await hand.page.getByText(table.nothing).waitFor()
    },
  },
  { name: 'save a view', place: '/aliases?q=shop', open: (hand, { aliases: t }) => hand.press(t.views.save) },
  {
    name: 'bulk add a tag',
    place: '/aliases',
    async open(hand, words) {
      await select(hand, words)
      await hand.press(words.aliases.bulk['add-label'])
    },
  },
  bulk('policy'),
  bulk('recipients'),
  bulk('forget'),
  {
    name: 'menu of a row',
    place: '/aliases',
    open: (hand, { aliases: t }) => hand.press(t.rowMenu('shop@postern.test')),
  },
]

const SHOP = '/aliases/shop@postern.test'
const contactMenu = (hand: Hand, { alias: t }: Texts): Promise<void> =>
  hand.press(t.contacts.menu('ann@sender.example'))

const ONE_ALIAS: readonly Opened[] = [
  { name: 'QR code', place: SHOP, open: (hand, { alias: t }) => hand.press(t.qr) },
  { name: 'write', place: SHOP, open: (hand, { alias: t }) => hand.press(t.write) },
  {
    name: 'write, address made',
    place: SHOP,
    async open(hand, { alias: t }) {
      await hand.press(t.write)
      await hand.write(t.writeTo, 'somebody.with.a.long.name@shop.example')
      await hand.press(t.writeGo)
      await hand.page.getByText(t.openMail).waitFor()
    },
  },
  { name: 'menu of a contact', place: `${SHOP}?tab=contacts`, open: contactMenu },
  {
    name: 'rename a contact',
    place: `${SHOP}?tab=contacts`,
    async open(hand, words) {
      await contactMenu(hand, words)
      await hand.choose(words.alias.contacts.rename)
    },
  },
  {
    name: 'remove a contact',
    place: `${SHOP}?tab=contacts`,
    async open(hand, words) {
      await contactMenu(hand, words)
      await hand.choose(words.alias.contacts.remove)
    },
  },
  { name: 'forget an alias', place: `${SHOP}?tab=danger`, open: (hand, { alias: t }) => hand.press(t.danger.forgetGo) },
]

/** `REPLY` and `QUESTION` stand for the ids of what is held. */
const QUESTION = '/held?open=QUESTION'

async function held(hand: Hand, { held: t }: Texts): Promise<void> {
  await hand.page.getByRole('dialog').getByText(t.why).waitFor()
}

const viewed = (tab: 'html' | 'links' | 'header'): Opened => ({
  name: `held mail, ${tab}`,
  place: QUESTION,
  async open(hand, words) {
    await held(hand, words)
    await hand.turn(words.viewer.tabs[tab])
  },
})

const heldMenu = (name: string, entry: (words: Texts) => string): Opened => ({
  name,
  place: QUESTION,
  async open(hand, words) {
    await held(hand, words)
    await hand.inDialog(words.common.more)
    await hand.choose(entry(words))
  },
})

const MAIL: readonly Opened[] = [
  { name: 'more filters', place: '/activity', open: (hand, { activity: t }) => hand.press(t.moreFilters) },
  { name: 'reasons', place: '/activity', open: (hand, { activity: t }) => hand.press(t.reason) },
  {
    name: 'trace',
    place: '/activity?alias=shop@postern.test',
    async open(hand, { activity: t }) {
      await hand.page.locator('[data-id]').first().click()
      await hand.page.getByText(t.trace.way).waitFor()
    },
  },
  {
    name: 'trace, the sender',
    place: '/activity?alias=shop@postern.test&outcome=delivered',
    async open(hand, { activity: t }) {
      await hand.page.locator('[data-id]').first().click()
      await hand.press(t.trace.senderMenu)
    },
  },
  { name: 'held mail', place: QUESTION, open: held },
  viewed('html'),
  viewed('links'),
  viewed('header'),
  {
    name: 'what would leave',
    place: '/held?open=REPLY',
    async open(hand, words) {
      await held(hand, words)
      await hand.turn(words.held.preview)
      await hand.page.getByText(words.held.previewRaw).waitFor()
    },
  },
  heldMenu('release to another', ({ held: t }) => t.releaseTo),
  heldMenu('delete held mail', ({ held: t }) => t.remove),
  {
    name: 'save an attachment',
    place: '/mailbox',
    async open(hand, { viewer: t }) {
      await hand.page.getByText('With a program').first().click()
      await hand.press(t.save)
    },
  },
]

const PLACES: readonly Opened[] = [
  { name: 'add a recipient', place: '/recipients', open: (hand, { recipients: t }) => hand.press(t.add) },
  {
    name: 'how mail arrives',
    place: '/recipients',
    open: (hand, { recipients: t }) => hand.page.getByRole('button', { name: t.edit, exact: true }).first().click(),
  },
  {
    name: 'remove a recipient',
    place: '/recipients',
    async open(hand, { recipients: t, common }) {
      await hand.press(common.more)
      await hand.choose(t.remove)
    },
  },
  { name: 'add a domain', place: '/domains?new=1', open: () => Promise.resolve() },
  {
    name: 'remove a domain',
    place: '/domains/postern.test?tab=danger',
    open: (hand, { domains: t }) => hand.press(t.danger.word),
  },
  { name: 'dates', place: '/dashboard', open: (hand, { dashboard: t }) => hand.press(t.ownDates) },
]

const SECURITY: readonly Opened[] = [
  { name: 'passphrase', place: '/security', open: (hand, { security: t }) => hand.press(t.passphrase.setIt) },
  {
    name: 'passphrase, suggested',
    place: '/security',
    async open(hand, { security: t }) {
      await hand.press(t.passphrase.setIt)
      await hand.press(t.passphrase.generate)
      await hand.page.getByText(t.passphrase.strength).waitFor()
    },
  },
  {
    name: 'authenticator app',
    place: '/security',
    async open(hand, { security: t }) {
      await hand.press(t.totp.begin)
      await hand.page.getByLabel(t.totp.code).waitFor()
    },
  },
  { name: 'security key', place: '/security', open: (hand, { security: t }) => hand.press(t.keys.add) },
  { name: 'token', place: '/security?tab=programs', open: (hand, { security: t }) => hand.press(t.tokens.add) },
  {
    name: 'token, made',
    place: '/security?tab=programs',
    async open(hand, { security: t }) {
      await hand.press(t.tokens.add)
      await hand.write(t.name, 'A browser extension on the laptop')
      await hand.inDialog(t.tokens.make)
      await hand.page.getByRole('dialog', { name: t.tokens.madeTitle }).waitFor()
    },
  },
  {
    name: 'app password, made',
    place: '/security?tab=programs',
    async open(hand, { security: t }) {
      await hand.press(t.appPasswords.add)
      await hand.write(t.name, 'Thunderbird on the laptop')
      await hand.inDialog(t.tokens.make)
      await hand.page.getByRole('dialog', { name: t.appPasswords.madeTitle }).waitFor()
    },
  },
  {
    name: 'passphrase of the data',
    place: '/security?tab=data',
    async open(hand, { security: t }) {
      await hand.press(t.sources.add)
      await hand.choose(t.sources.addPassphrase)
    },
  },
  { name: 'encrypt anew', place: '/security?tab=data', open: (hand, { security: t }) => hand.press(t.sources.rekey) },
  {
    name: 'remove a key',
    place: '/security?tab=data',
    async open(hand, { security: t, common }) {
      await hand.press(`${common.more}: ${t.sources.kinds['file'] ?? ''}`)
      await hand.choose(t.sources.remove)
    },
  },
]

const FRAME: readonly Opened[] = [
  { name: 'palette', place: '/dashboard', open: (hand) => hand.page.keyboard.press('Control+k') },
  {
    name: 'palette, searched',
    place: '/dashboard',
    async open(hand) {
      await hand.page.keyboard.press('Control+k')
      await hand.page.keyboard.type('shop')
    },
  },
  { name: 'keys', place: '/dashboard', open: (hand) => hand.page.keyboard.press('?') },
  {
    name: 'resolver',
    place: '/settings',
    async open(hand, { resolver: t }) {
      const settings = hand.page.locator('main').getByRole('button', { name: t.choose }).last()
      await settings.click()
      await hand.page.getByText('Quad9', { exact: true }).waitFor()
    },
  },
  {
    name: 'state',
    place: '/dashboard',
    open: (hand, { shell: t }) => hand.page.getByRole('button', { name: t.state.title }).click(),
  },
  {
    name: 'state, pauses',
    place: '/dashboard',
    async open(hand, { shell: t }) {
      await hand.page.getByRole('button', { name: t.state.title }).click()
      await hand.press(t.state.pauses.sending.pause)
    },
  },
  {
    name: 'a notice with undo',
    place: SHOP,
    async open(hand, { common }) {
      await hand.page.getByRole('switch').first().click()
      await hand.page.getByRole('button', { name: common.undo }).first().waitFor()
      await hand.page.getByRole('button', { name: common.undo }).first().focus()
    },
  },
  {
    name: 'prove it again',
    place: SHOP,
    async open(hand, { session }) {
      const asks = { message: 'Prove it.', stepUp: true, methods: ['totp', 'recoveryCode', 'passphrase'] }
      await hand.page.route('**/app/contacts*', (route) => route.fulfill({ status: 403, json: asks }))
      await hand.page.route('**/app/aliases/**', (route) =>
        route.request().method() === 'GET' ? route.fallback() : route.fulfill({ status: 403, json: asks }),
      )
      await hand.page.getByRole('switch').first().click()
      await hand.page.getByRole('dialog', { name: session.stepUp.title }).waitFor()
    },
  },
]

export const DIALOGS: readonly Opened[] = [...ALIASES, ...ONE_ALIAS, ...MAIL, ...PLACES, ...SECURITY, ...FRAME]
