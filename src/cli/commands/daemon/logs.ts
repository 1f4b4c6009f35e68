import {closeSync, existsSync, openSync, readSync, statSync, watch} from 'node:fs'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {bool, command, int, string} from '../../definition.ts'
import {Failure} from '../../usage-mistake.ts'

interface Line {
  readonly level?: string
  readonly time?: string
  readonly msg?: string
  readonly [field: string]: unknown
}

/** For people: time, level, who, what, and the rest as name=value. Lines that are not ours stay as they are. */
const readable = (text: string): string => {
  try {
    const {level = '', time = '', msg = '', component, error, ...rest} = JSON.parse(text) as Line
    const fields = Object.entries(rest).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    const cause = error === undefined ? '' : ` ${(error as {message?: string}).message ?? JSON.stringify(error)}`
    return `${time} ${level.padEnd(5)} ${component ? `${String(component)}: ` : ''}${msg}${fields.join('')}${cause}`
  } catch {
    return text
  }
}

export const definition = command({
  usage: '[-f] [--tail=N]',
  summary: 'Print what the daemon has to say',
  flags: {
    follow: bool('Go on as new lines come.', {short: 'f'}),
    tail: int('How many of the last lines; -1: all.', {default: 200}),
    output: string("'' for people, 'json' as written.", {short: 'o'}),
  },
  async run(invocation) {
    const {flags, io} = invocation
    const {daemonLog: file, name} = selectedProfile(invocation)
    if (!existsSync(file)) throw new Failure(`error: the cluster "${name}" has no log: it was never started`, 1)
    const show = (line: string): void => io.out(`${flags.output === 'json' ? line : readable(line)}\n`)
    let at = 0
    let rest = ''
    /** What was written since; from the start when the file was rotated. */
    const read = (): string[] => {
      const {size} = statSync(file)
      if (size < at) at = 0
      const bytes = Buffer.alloc(size - at)
      const handle = openSync(file, 'r')
      readSync(handle, bytes, 0, bytes.length, at)
      closeSync(handle)
      at = size
      const lines = (rest + bytes.toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      return lines
    }
    const all = read()
    for (const line of flags.tail < 0 ? all : all.slice(Math.max(0, all.length - flags.tail))) show(line)
    if (!flags.follow) return
    await new Promise<void>((_, reject) => {
      watch(file, () => {
        try {
          for (const line of read()) show(line)
        } catch (error) {
          reject(error)
        }
      })
    })
  },
})
