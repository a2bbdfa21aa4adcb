// How well a few typed letters fit a name: all of them, in order. Together and at the start of words is better.

/** 0 where it does not fit; 1 where nothing was typed. Linear in both. */
export function score(name: string, typed: string): number {
  const [text, wanted] = [name.toLowerCase(), typed.toLowerCase()]
  if (wanted === '') return 1
  const at = text.indexOf(wanted)
  if (at !== -1) return 1000 - at + (at === 0 || /[\s.@-]/.test(text[at - 1] ?? '') ? 500 : 0)
  let found = 0
  let points = 1
  let last = -2
  for (let i = 0; i < text.length && found < wanted.length; i++) {
    if (text[i] !== wanted[found]) continue
    points += last === i - 1 ? 3 : i === 0 || /[\s.@-]/.test(text[i - 1] ?? '') ? 5 : 1
    last = i
    found++
  }
  return found === wanted.length ? points : 0
}
