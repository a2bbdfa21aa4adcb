// The short form of the heavy messages of `npm run torture`: whatever four peers ask to have checked, mail of another is taken.
import { expect, it } from 'vitest'
import { HEAVY, heavyLoad } from '../torture/heavy-messages.ts'

it('messages that ask for endless checking put nobody else off', async () => {
  const kinds = [...HEAVY.keys()].slice(0, 5)
  const { honestAnswers, answers } = await heavyLoad(kinds, 1)
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(answers.map(() => '250'))
  expect(honestAnswers.length).toBeGreaterThan(1)
  expect(honestAnswers.map((answer) => answer.slice(0, 3))).toEqual(honestAnswers.map(() => '250'))
}, 120_000)
