// A log that has grown too large is moved aside and begun anew. The newest of the old ones stays as it is, for readers
// that are still in it; the others are compressed, and the oldest go.
import {createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {createGzip} from 'node:zlib'

export interface LogLimits {
  readonly maxBytes: number
  /** The current one included. */
  readonly maxFiles: number
}

/** `20260131-235959`, as the kubelet stamps what it moves aside. */
export const rotationStamp = (nowMs: number): string =>
  new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-')

const compressed = '.gz'
const unfinished = '.tmp'

/** Oldest first. */
export const rotatedLogs = (path: string): string[] => {
  const [folder, name] = [dirname(path), basename(path)]
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`))
    .sort()
    .map((file) => join(folder, file))
}

const compress = async (path: string): Promise<void> => {
  const fresh = `${path}${unfinished}`
  await pipeline(createReadStream(path), createGzip(), createWriteStream(fresh, {mode: 0o640}))
  renameSync(fresh, `${path}${compressed}`)
  rmSync(path)
}

/** Room for the current one and the one that is moved aside now. */
const thinOut = (path: string, maxFiles: number): string[] => {
  const files = rotatedLogs(path)
  for (const file of files.filter((one) => one.endsWith(unfinished))) rmSync(file, {force: true})
  const kept = files.filter((one) => !one.endsWith(unfinished))
  const tooMany = kept.slice(0, Math.max(0, kept.length - Math.max(0, maxFiles - 2)))
  for (const file of tooMany) rmSync(file, {force: true})
  return kept.slice(tooMany.length)
}

/** True when the log was rotated. `reopen`: the runtime writes on in a new file. */
export const rotateLog = async (
  path: string,
  {maxBytes, maxFiles}: LogLimits,
  nowMs: number,
  reopen: () => Promise<unknown>,
): Promise<boolean> => {
  if (!existsSync(path) || statSync(path).size < maxBytes) return false
  const aside = `${path}.${rotationStamp(nowMs)}`
  // Twice in a second: the next look will do.
  if (existsSync(aside)) return false
  for (const old of thinOut(path, maxFiles)) if (!old.endsWith(compressed)) await compress(old)
  renameSync(path, aside)
  try {
    await reopen()
  } catch (error) {
    renameSync(aside, path)
    throw error
  }
  return true
}

/** With everything that was moved aside. */
export const removeLogs = (path: string): void => {
  for (const file of [path, ...rotatedLogs(path)]) rmSync(file, {force: true})
}
