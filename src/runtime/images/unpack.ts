// A layer's archive as a folder that overlayfs can use: tar unpacks (it keeps names inside the folder), whiteouts become
// what overlayfs understands.
import {spawn} from 'node:child_process'
import {createReadStream, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {PassThrough, type Readable, type Writable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'
import {hasCode} from '../../lib/node-error.ts'
import {runProgram} from '../run-program.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
const BATCH = 200

const firstBytes = async (file: string): Promise<Buffer> => {
  for await (const chunk of createReadStream(file, {end: 3})) return chunk as Buffer
  return Buffer.alloc(0)
}

/** By its first bytes: media types lie. */
const decompressor = async (file: string): Promise<NodeJS.ReadWriteStream> => {
  const magic = await firstBytes(file)
  if (magic[0] === 0x1f && magic[1] === 0x8b) return createGunzip()
  if (magic.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress()
  return new PassThrough()
}

const untar = async (file: string, folder: string): Promise<void> => {
  const child = spawn(
    'tar',
    [
      '-x',
      '-p',
      '--numeric-owner',
      '--xattrs',
      '--xattrs-include=*',
      '--delay-directory-restore',
      '-C',
      folder,
      '-f',
      '-',
    ],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {PATH: process.env.PATH ?? '', LC_ALL: 'C'},
    },
  )
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  const source: Readable = createReadStream(file)
  // Kept as a value until tar has ended: a rejection that nobody awaits yet would end this process and every container.
  const feed: Promise<Error | undefined> = pipeline(source, await decompressor(file), child.stdin as Writable).then(
    () => undefined,
    (error: Error) => error,
  )
  const code = await ended
  const problem = await feed
  // tar hangs up once it has seen the archive's end, whatever padding follows: its exit code says how it went.
  if (problem && code === 0 && !hasCode(problem, 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE')) throw problem
  if (code !== 0) throw new Error(`layer could not be unpacked: ${complaint.trim().split('\n').slice(0, 3).join('; ')}`)
}

const whiteouts = (folder: string, below = ''): string[] =>
  readdirSync(join(folder, below), {withFileTypes: true}).flatMap((entry) => {
    const path = join(below, entry.name)
    if (entry.name.startsWith(WHITEOUT)) return [path]
    return entry.isDirectory() ? whiteouts(folder, path) : []
  })

/** Names that lower layers have in a folder that starts over. */
const hiddenBelow = (lower: readonly string[], folder: string): Set<string> =>
  new Set(
    lower.flatMap((layer) => {
      const path = join(layer, folder)
      return existsSync(path) && lstatSync(path).isDirectory() ? readdirSync(path) : []
    }),
  )

/** overlayfs hides a name with a device 0:0 of that name. */
const hide = async (paths: readonly string[]): Promise<void> => {
  const missing = paths.filter((path) => !existsSync(path))
  for (let at = 0; at < missing.length; at += BATCH)
    await runProgram('sh', [
      '-c',
      'for path do mknod "$path" c 0 0 || exit 1; done',
      'sh',
      ...missing.slice(at, at + BATCH),
    ])
}

const applyWhiteouts = async (folder: string, lower: readonly string[]): Promise<void> => {
  const found = whiteouts(folder)
  const hidden: string[] = []
  for (const path of found) {
    rmSync(join(folder, path), {recursive: true, force: true})
    if (basename(path) === OPAQUE) {
      for (const name of hiddenBelow(lower, dirname(path))) hidden.push(join(folder, dirname(path), name))
    } else hidden.push(join(folder, dirname(path), basename(path).slice(WHITEOUT.length)))
  }
  await hide(hidden)
}

/** These become mount points: a link would lead out of the container before it has a root. */
const refuseLinks = (folder: string): void => {
  for (const name of ['proc', 'sys', 'dev']) {
    const path = join(folder, name)
    if (existsSync(path) && !lstatSync(path).isDirectory())
      throw new Error(`layer has something else than a folder at /${name}`)
  }
}

/** `lower`: the layers below, for folders that start over. There whole or not at all. */
export const unpackLayer = async (archive: string, folder: string, lower: readonly string[]): Promise<void> => {
  if (existsSync(folder)) return
  const work = `${folder}.new`
  rmSync(work, {recursive: true, force: true})
  mkdirSync(work, {recursive: true, mode: 0o755})
  try {
    await untar(archive, work)
    refuseLinks(work)
    await applyWhiteouts(work, lower)
    renameSync(work, folder)
  } catch (error) {
    rmSync(work, {recursive: true, force: true})
    throw error
  }
}
