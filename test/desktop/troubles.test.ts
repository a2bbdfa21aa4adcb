// What keeps the relay from its work is told by a notification and by the tray: every trouble that there is, in both languages.
import { describe, expect, test, vi } from 'vitest'
import { makeTroubles, titleOf } from '../../main/desktop/troubles.ts'
import { speak, words } from '../../main/desktop/words.ts'
import { TROUBLES } from '../../main/queue/troubles.ts'
import { shell } from '../../renderer/texts/shell.ts'

describe('a trouble of the relay', () => {
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
