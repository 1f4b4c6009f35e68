// A folder of files that changes all at once: files live in a hidden folder with a stamp, `..data` points at it, and
// every name is a link through `..data`. Readers see the old set or the new one.
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {giveToGroup, mayGive} from './ownership.ts'

export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string
  readonly content: Uint8Array
  readonly mode: number
}

const DATA = '..data'

const readLink = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch {
    return undefined // not there yet
  }
}

/** As they are on the disk: a group that owns them may read them. */
const modeOnDisk = (mode: number, group: number | undefined): number =>
  (group === undefined ? mode : mode | 0o440) & 0o777

const isSame = (folder: string, files: readonly VolumeFile[], group: number | undefined): boolean => {
  const current = readLink(join(folder, DATA))
  if (!current) return false
  const there = readdirSync(join(folder, current), {recursive: true, withFileTypes: true}).filter((entry) =>
    entry.isFile(),
  )
  if (there.length !== files.length) return false
  return files.every(({content, mode, path}) => {
    const file = join(folder, current, path)
    try {
      return (lstatSync(file).mode & 0o777) === modeOnDisk(mode, group) && readFileSync(file).equals(content)
    } catch {
      return false // a new name
    }
  })
}

const topNames = (files: readonly VolumeFile[]): Set<string> => new Set(files.map(({path}) => path.split('/')[0] ?? ''))

/** Names that are no more go, new ones come; also after a kubelet was killed before it got so far. */
const linkNames = (folder: string, files: readonly VolumeFile[]): void => {
  const names = topNames(files)
  for (const name of readdirSync(folder)) if (!name.startsWith('..') && !names.has(name)) rmSync(join(folder, name))
  for (const name of names)
    if (readLink(join(folder, name)) === undefined) symlinkSync(`${DATA}/${name}`, join(folder, name))
}

/** Sets of files that nothing points at: the last one, and what a killed kubelet did not finish. */
const removeOthers = (folder: string, current: string): void => {
  for (const name of readdirSync(folder))
    if (name.startsWith('..') && name !== DATA && name !== current)
      rmSync(join(folder, name), {recursive: true, force: true})
}

const writeSet = (folder: string, files: readonly VolumeFile[], group: number | undefined): void => {
  mkdirSync(folder, {mode: 0o755})
  for (const {content, mode, path} of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), {recursive: true, mode: 0o755})
    writeFileSync(file, content)
    chmodSync(file, mode)
  }
  if (group !== undefined) giveToGroup(folder, {group, readOnly: true, onRootMismatch: false})
}

/** True when something changed. `group`: one that may read the files. */
export const writeAtomically = (
  folder: string,
  files: readonly VolumeFile[],
  stamp: string,
  group?: number,
): boolean => {
  mkdirSync(folder, {recursive: true, mode: 0o755})
  const same = isSame(folder, files, group)
  if (!same) {
    const fresh = `..${stamp}`
    try {
      writeSet(join(folder, fresh), files, group)
    } catch (error) {
      // Half a set helps nobody, least of all a full disk.
      rmSync(join(folder, fresh), {recursive: true, force: true})
      throw error
    }
    if (group !== undefined) {
      if (mayGive) chownSync(folder, 0, group)
      chmodSync(folder, 0o2777)
    }
    rmSync(join(folder, `${DATA}.new`), {force: true})
    symlinkSync(fresh, join(folder, `${DATA}.new`))
    renameSync(join(folder, `${DATA}.new`), join(folder, DATA))
  }
  linkNames(folder, files)
  removeOthers(folder, readLink(join(folder, DATA)) ?? '')
  return !same
}
