// The image `host` where this machine's root cannot be a layer as a whole (a user namespace may not take apart what is
// mounted together): each folder of the root by itself, over a skeleton.
import {existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {mountsBelow, readMountPoints} from './mount-info.ts'

/** Kernel views, and what is everybody's to write: empty in the skeleton. */
const fresh = new Set(['proc', 'sys', 'dev', 'run', 'tmp', 'mnt', 'media', 'boot', 'lost+found', 'root'])

export interface HostFolders {
  /** Layers of their own. */
  readonly layers: readonly string[]
  /** Other file systems are mounted in these: shown as they are. */
  readonly shown: readonly string[]
}

export const makeSkeleton = (folder: string): HostFolders => {
  const mounts = readMountPoints()
  const layers: string[] = []
  const shown: string[] = []
  mkdirSync(folder, {recursive: true, mode: 0o755})
  for (const name of readdirSync('/')) {
    const [path, copy] = [join('/', name), join(folder, name)]
    const found = lstatSync(path)
    if (found.isSymbolicLink() && !existsSync(copy)) symlinkSync(readlinkSync(path), copy)
    if (!found.isDirectory()) continue
    mkdirSync(copy, {recursive: true, mode: name === 'tmp' ? 0o1777 : 0o755})
    if (!fresh.has(name)) (mountsBelow(path, mounts).length > 0 ? shown : layers).push(path)
  }
  return {layers, shown}
}
