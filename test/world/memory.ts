// What processes have in memory (Linux).
import { readdirSync, readFileSync } from 'node:fs'

/** '' where the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** A process's part of the memory it is in: what it shares with others is divided among them. Octets. */
export function ownMemory(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024
}

/** The same of a process with its children. */
export function familyMemory(parent: number): number {
  let sum = ownMemory(parent)
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    // The name of a program, in brackets, may have brackets and spaces of its own.
    const stat = read(`/proc/${name}/stat`)
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) sum += ownMemory(Number(name))
  }
  return sum
}
