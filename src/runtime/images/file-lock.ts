// A lock that several processes share: the runtimes of a profile's nodes keep their images in one folder. It is a file
// with its holder's name in it; a holder that died loses it. Its name is never used twice, so two that find it dead
// cannot both take it over.
import {randomBytes} from 'node:crypto'
import {linkSync, readFileSync, unlinkSync, writeFileSync} from 'node:fs'
import {setTimeout as wait} from 'node:timers/promises'
import {hasCode} from '../../lib/node-error.ts'

const LOOK_MS = 20
const MOST_SYNC_LOOKS = 5000

/** Where /proc tells: a number may have been given to another process since. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return '' // gone, or a system without /proc
  }
}

/** This process, also after its number was given to another. */
export const ownName = `${process.pid} ${startOf(process.pid)}`

export const isAliveAs = (holder: string): boolean => {
  const [pid = '', start = ''] = holder.split(' ')
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
  return startOf(Number(pid)) === start
}

const readHolder = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const linked = (from: string, to: string): boolean => {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Only one of those that find a holder dead may take its lock away. */
const takeAway = (file: string, holder: string, mine: string): void => {
  const right = `${file}.${holder.split(' ')[2]}`
  if (!linked(mine, right)) return
  try {
    if (readHolder(file) === holder) unlinkSync(file)
  } finally {
    unlinkSync(right)
  }
}

/** Undefined while somebody else has it. */
const tryLock = (file: string): Disposable | undefined => {
  const name = randomBytes(8).toString('hex')
  const mine = `${file}.${name}.new`
  writeFileSync(mine, `${ownName} ${name}`, {mode: 0o600})
  try {
    if (linked(mine, file)) return {[Symbol.dispose]: () => unlinkSync(file)}
    const holder = readHolder(file)
    if (holder !== undefined && !isAliveAs(holder)) takeAway(file, holder, mine)
    return undefined
  } finally {
    unlinkSync(mine)
  }
}

/** For work that takes its time. */
export const lock = async (file: string, signal?: AbortSignal): Promise<Disposable> => {
  for (;;) {
    signal?.throwIfAborted()
    const held = tryLock(file)
    if (held) return held
    await wait(LOOK_MS, undefined, {signal})
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4))

/** For a few writes, without a pause in between. */
export const lockNow = (file: string): Disposable => {
  for (let look = 0; look < MOST_SYNC_LOOKS; look++) {
    const held = tryLock(file)
    if (held) return held
    Atomics.wait(cell, 0, 0, 2)
  }
  throw new Error(`${file} stays locked by process ${readHolder(file)?.split(' ')[0] ?? 'unknown'}`)
}
