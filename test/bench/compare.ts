// Times commands as whole processes, in turn (A B C A B C ...), so that a machine that slows down slows all of them.
import {spawnSync} from 'node:child_process'

export interface Timed {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Figures {
  readonly name: string
  readonly minMs: number
  readonly medianMs: number
  readonly maxMs: number
}

const once = ({command, env}: Timed): number => {
  const [program = '', ...args] = command
  const startedAt = performance.now()
  const {status, stderr, error} = spawnSync(program, args, {
    env: {...process.env, NODE_EXTRA_CA_CERTS: '', ...env},
    maxBuffer: 2 ** 30,
  })
  const ms = performance.now() - startedAt
  if (error || status !== 0) throw new Error(`${command.join(' ')} failed: ${error?.message ?? stderr}`)
  return ms
}

export const timeInTurn = (commands: readonly Timed[], {runs = 15}: {readonly runs?: number} = {}): Figures[] => {
  for (const command of commands) once(command)
  const times = commands.map((): number[] => [])
  for (let run = 0; run < runs; run++)
    commands.forEach((command, at) => {
      times[at]?.push(once(command))
    })
  return commands.map(({name}, at) => {
    const sorted = (times[at] ?? []).toSorted((a, b) => a - b)
    return {
      name,
      minMs: sorted[0] ?? 0,
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      maxMs: sorted.at(-1) ?? 0,
    }
  })
}

export interface Row {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly met: boolean
}

export const printRows = (title: string, rows: readonly Row[]): void => {
  console.log(`\n${title}`)
  const widths = (['what', 'measured', 'target'] as const).map((part) =>
    Math.max(...rows.map((row) => row[part].length)),
  )
  for (const row of rows)
    console.log(
      `  ${row.what.padEnd(widths[0] ?? 0)}  ${row.measured.padEnd(widths[1] ?? 0)}  ${row.target.padEnd(widths[2] ?? 0)}  ${row.met ? 'met' : 'MISSED'}`,
    )
}
