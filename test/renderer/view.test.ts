import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dataOf,
  failed,
  MAX_ROWS,
  ready,
  withActive,
  withAlias,
  withOlder,
  withoutAlias,
  withRow,
} from '../../renderer/store/view.ts'
import { sampleAlias, sampleAliases } from '../stand-in/samples.ts'

const rows = (...ids: number[]) => ids.map((id) => ({ id, text: `${id}` }))

describe('rows, newest first', () => {
  test('a new one goes to the top', () => {
    expect(withRow({ data: rows(2, 1), next: null }, { id: 3, text: '3' })).toEqual({ data: rows(3, 2, 1), next: null })
  })
  test('a known one takes the place of its older self', () => {
    const { data } = withRow({ data: rows(3, 2, 1), next: null }, { id: 2, text: 'new' })
    expect(data.map((row) => row.text)).toEqual(['3', 'new', '1'])
  })
  test('one older than all stays out while older ones were not asked for', () => {
    expect(withRow({ data: rows(9, 8), next: 8 }, { id: 1, text: '1' }).data).toEqual(rows(9, 8))
    expect(withRow({ data: rows(9, 8), next: null }, { id: 1, text: '1' }).data).toEqual(rows(9, 8, 1))
  })
  test('the page keeps a bounded number, and can ask for the rest again', () => {
    const many = rows(...Array.from({ length: MAX_ROWS }, (_, i) => MAX_ROWS - i))
    const { data, next } = withRow({ data: many, next: null }, { id: MAX_ROWS + 1, text: 'new' })
    expect(data).toHaveLength(MAX_ROWS)
    expect(next).toBe(2)
    expect(data.at(-1)?.id).toBe(2)
  })
  test('whatever comes in whatever order, they are in order and each is there once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (ids) => {
        let part: { readonly data: readonly { readonly id: number }[]; readonly next: number | null } = {
          data: [],
          next: null,
        }
        for (const id of ids) part = withRow(part, { id })
        expect(part.data.map((row) => row.id)).toEqual([...new Set(ids)].sort((a, b) => b - a))
      }),
    )
  })
  test('older ones go behind, without repeating any', () => {
    expect(withOlder({ data: rows(5, 4), next: 4 }, { data: rows(4, 3), next: 3 })).toEqual({
      data: rows(5, 4, 3),
      next: 3,
    })
  })
})

describe('what was loaded', () => {
  test('stays when a later load fails', () => {
    const stale = failed(ready([1]), 'gone')
    expect(stale).toEqual({ kind: 'stale', data: [1], message: 'gone' })
    expect(dataOf(failed(stale, 'still gone'))).toEqual([1])
  })
  test('is nothing when the first load fails', () => {
    expect(failed({ kind: 'loading' }, 'gone')).toEqual({ kind: 'failed', message: 'gone' })
  })
})

describe('aliases', () => {
  const list = { data: sampleAliases(), total: 3 }
  test('a new one is first and counted', () => {
    const next = withAlias(list, sampleAlias(9, { email: 'new@postern.test' }))
    expect([next.data[0]?.email, next.total]).toEqual(['new@postern.test', 4])
  })
  test('a known one is replaced in its place', () => {
    const next = withAlias(list, sampleAlias(2, { description: 'changed' }))
    expect([next.data[1]?.description, next.total]).toEqual(['changed', 3])
  })
  test('one that is gone is gone and counted off, once', () => {
    const next = withoutAlias(list, sampleAlias(2).id)
    expect([next.data.length, next.total]).toEqual([2, 2])
    expect(withoutAlias(next, sampleAlias(2).id).total).toBe(2)
  })
  test('a switch changes one alias', () => {
    expect(withActive(list, sampleAlias(3).id, false).data.map((alias) => alias.active)).toEqual([false, true, false])
  })
})
