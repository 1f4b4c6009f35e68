// Blobs that another profile of the same user has, or is fetching now: a blob is downloaded once for all of them.
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import {join} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import {digestOfFile} from './digest.ts'
import {lock} from './file-lock.ts'
import {hexOf} from './layers.ts'

/** In the folder of all profiles, gone when nobody pulls. */
const LOCKS = '.pulls'

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'ENOENT', 'EEXIST')) throw error
  }
}

/** Held by whoever fetches the blob, in whichever profile. */
export const lockAmongProfiles = async (home: string, digest: string, signal: AbortSignal): Promise<Disposable> => {
  const folder = join(home, LOCKS)
  for (;;) {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    try {
      const held = await lock(join(folder, hexOf(digest)), signal)
      return {
        [Symbol.dispose]: () => {
          held[Symbol.dispose]()
          removeIfEmpty(folder)
        },
      }
    } catch (error) {
      // Another one took the empty folder away in between.
      if (!hasCode(error, 'ENOENT')) throw error
    }
  }
}

const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!hasCode(error, 'EXDEV', 'EPERM', 'EMLINK')) throw error
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  }
}

/** True when it came from another profile: checked, whoever keeps it there. */
export const takeFromSibling = async (home: string, digest: string, file: string): Promise<boolean> => {
  for (const name of existsSync(home) ? readdirSync(home) : []) {
    const theirs = join(home, name, 'images', 'blobs', hexOf(digest))
    if (theirs === file || !existsSync(theirs)) continue
    const work = `${file}.sibling.part`
    try {
      linkOrCopy(theirs, work)
      if ((await digestOfFile(work)) === digest) {
        renameSync(work, file)
        return true
      }
    } catch (error) {
      // It was removed there meanwhile.
      if (!hasCode(error, 'ENOENT')) throw error
    } finally {
      rmSync(work, {force: true})
    }
  }
  return false
}
