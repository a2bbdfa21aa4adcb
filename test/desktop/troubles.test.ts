// What keeps the relay from its work is told by a notification and by the tray: every trouble that there is, in both languages.
import { describe, expect, test, vi } from 'vitest'
import { makeTroubles, titleOf } from '../../main/desktop/troubles.ts'
import { makeTray } from '../../main/desktop/tray.ts'
import { speak, words } from '../../main/desktop/words.ts'
import { TROUBLES } from '../../main/queue/troubles.ts'
import * as fake from './fake-electron.ts'
import { shell } from '../../renderer/texts/shell.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

describe('a trouble of the relay', () => {
  test('stands on top of the menu of the tray as long as it lasts, and opens the window', () => {
    const onOpen = vi.fn()
    const nothing = (): undefined => undefined
    const icon = makeTray({ resources: '/r', platform: 'linux', onOpen, onLock: nothing, onQuit: nothing })
    const tray = fake.Tray.all.at(-1)
    const before = tray?.menu.length ?? 0
    expect(tray?.toolTip).toBe('Postern')
    icon.mark(titleOf('dns-strips'))
    expect([tray?.toolTip, tray?.menu[0]?.label]).toEqual([
      'Postern: Your DNS resolver does not pass DNSSEC on',
      'Your DNS resolver does not pass DNSSEC on',
    ])
    tray?.menu[0]?.click?.(undefined as never, undefined, undefined as never)
    expect(onOpen).toHaveBeenCalledTimes(1)
    icon.mark(undefined)
    expect([tray?.toolTip, tray?.menu.length]).toEqual(['Postern', before])
  })

  test.each(['en', 'de'])('has words in the tray, in notifications and on the pages: %s', (language) => {
    speak([language])
    expect(Object.keys(words().troubles).toSorted()).toEqual([...TROUBLES].toSorted())
    expect(Object.keys(shell.en.troubles).toSorted()).toEqual([...TROUBLES].toSorted())
    expect(Object.keys(shell.de.troubles).toSorted()).toEqual([...TROUBLES].toSorted())
    speak(['en'])
  })

  test('is told once, and marked as long as it lasts', () => {
    let now = 0
    const [show, mark] = [vi.fn(), vi.fn()]
    const take = makeTroubles({ now: () => now, show, mark })
    take({ troubles: [] })
    expect([show.mock.calls, mark.mock.lastCall]).toEqual([[], [undefined]])
    for (let i = 0; i < 3; i++) take({ troubles: ['dns-strips'] })
    expect(show.mock.calls).toEqual([[{ title: titleOf('dns-strips'), body: words().troubleText }]])
    expect(mark.mock.lastCall).toEqual([titleOf('dns-strips')])
    take({ troubles: [] })
    expect(mark.mock.lastCall).toEqual([undefined])
    // One that comes and goes is not told each time.
    take({ troubles: ['dns-strips'] })
    expect(show).toHaveBeenCalledTimes(1)
    expect(mark.mock.lastCall).toEqual([titleOf('dns-strips')])
    take({ troubles: [] })
    now = 3_600_000
    take({ troubles: ['disk-full', 'dns-strips'] })
    expect(show).toHaveBeenCalledTimes(2)
    expect(mark.mock.lastCall).toEqual([titleOf('disk-full')])
  })

  test('of a newer relay is named, not swallowed', () => {
    expect(titleOf('something-new')).toBe('something-new')
    expect(titleOf('toString')).toBe('toString')
  })
})
