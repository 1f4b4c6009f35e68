// A file or a folder of this machine as a tar archive.
import {createReadStream, type Stats} from 'node:fs'
import {lstat, readdir, readlink} from 'node:fs/promises'
import {join, posix} from 'node:path'
import {BLOCK, padding, type TarHeader, tarTypes, writeHeader} from './header.ts'

const headerOf = (stats: Stats, changes: Pick<TarHeader, 'name' | 'type'> & Partial<TarHeader>): Buffer =>
  writeHeader({
    linkName: '',
    mode: stats.mode & 0o7777,
    size: 0,
    modified: Math.floor(stats.mtimeMs / 1000),
    uid: stats.uid,
    gid: stats.gid,
    ...changes,
  })

/** Exactly as many bytes as the header said, whatever happens to the file meanwhile. */
async function* contentOf(path: string, size: number): AsyncGenerator<Buffer> {
  let sent = 0
  if (size > 0)
    for await (const chunk of createReadStream(path, {end: size - 1}) as AsyncIterable<Buffer>) {
      sent += chunk.length
      yield chunk
    }
  if (sent < size) throw new Error(`${path} became shorter while it was read`)
  yield Buffer.alloc(padding(size))
}

async function* entriesOf(path: string, name: string): AsyncGenerator<Buffer> {
  const stats = await lstat(path)
  if (stats.isDirectory()) {
    const names = await readdir(path)
    if (names.length === 0) yield headerOf(stats, {name: `${name}/`, type: tarTypes.directory})
    for (const child of names.toSorted()) yield* entriesOf(join(path, child), posix.join(name, child))
  } else if (stats.isSymbolicLink()) {
    yield headerOf(stats, {name, type: tarTypes.symlink, linkName: await readlink(path)})
  } else if (stats.isFile()) {
    yield headerOf(stats, {name, type: tarTypes.file, size: stats.size})
    yield* contentOf(path, stats.size)
  }
}

export async function* writeTar(path: string, name: string): AsyncGenerator<Buffer> {
  yield* entriesOf(path, name)
  yield Buffer.alloc(2 * BLOCK)
}
