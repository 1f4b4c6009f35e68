// How much a folder takes on its disk: blocks, every file once, other file systems left out.
import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'

export interface DiskUsage {
  readonly bytes: number
  readonly inodes: number
}

const BLOCK = 512

export const addUsage = (a: DiskUsage, b: DiskUsage): DiskUsage => ({
  bytes: a.bytes + b.bytes,
  inodes: a.inodes + b.inodes,
})
export const noUsage: DiskUsage = {bytes: 0, inodes: 0}

export const diskUsage = async (folder: string): Promise<DiskUsage> => {
  const seen = new Set<number>()
  let bytes = 0
  const walk = async (path: string, device: number | undefined): Promise<void> => {
    const found = await lstat(path).catch(() => undefined) // gone meanwhile
    if (!found || (device !== undefined && found.dev !== device)) return
    if (found.nlink > 1 && !found.isDirectory() && seen.has(found.ino)) return
    seen.add(found.ino)
    bytes += found.blocks * BLOCK
    if (!found.isDirectory()) return
    const names = await readdir(path).catch(() => [])
    for (const name of names) await walk(join(path, name), found.dev)
  }
  await walk(folder, undefined)
  return {bytes, inodes: seen.size}
}
