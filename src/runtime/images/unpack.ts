// A layer's archive as a folder that overlayfs can use. tar unpacks: it keeps names, links and hard links inside the
// folder. What it unpacks is hashed on its way: that is the name the image's configuration knows the layer by.
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {createReadStream, existsSync, lstatSync, mkdirSync, renameSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {Writable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {decompressorFor} from './compression.ts'
import {applyWhiteouts, WHITEOUT} from './whiteouts.ts'

const flags = [
  '-x',
  '-v',
  '--quoting-style=literal',
  '-p',
  '--numeric-owner',
  '--xattrs',
  '--xattrs-include=*',
  // What overlayfs notes for itself is not for an image to say.
  '--xattrs-exclude=trusted.overlay.*',
  '--delay-directory-restore',
]

const drained = (into: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      into.off('drain', done)
      into.off('close', done)
      resolve()
    }
    into.on('drain', done)
    into.on('close', done)
  })

/** The digest of all of it, although tar reads no further than the archive's end mark. */
const feed = async (file: string, into: Writable): Promise<string> => {
  const hash = createHash('sha256')
  into.on('error', () => undefined) // tar went away: its exit code says why
  await pipeline(createReadStream(file), await decompressorFor(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk)
      if (into.writable && !into.write(chunk)) await drained(into)
    }
  })
  into.end()
  return `sha256:${hash.digest('hex')}`
}

const firstLines = (text: string): string => text.trim().split('\n').slice(0, 3).join('; ')

interface Unpacked {
  readonly diffId: string
  /** Names in it that begin like a mark of something removed. */
  readonly marks: readonly string[]
}

const untar = async (file: string, folder: string): Promise<Unpacked> => {
  const child = spawn('tar', [...flags, '-C', folder, '-f', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {PATH: process.env.PATH ?? '', LC_ALL: 'C'},
  })
  let complaint = ''
  let rest = ''
  const marks: string[] = []
  child.stderr.on('data', (chunk) => (complaint += complaint.length < 4096 ? chunk : ''))
  child.stdout.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    marks.push(...lines.filter((line) => line.startsWith(WHITEOUT, line.lastIndexOf('/') + 1)))
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  // Kept as a value until tar has ended: a rejection that nobody awaits yet would end this process and every container.
  const feeding: Promise<string | Error> = feed(file, child.stdin).catch((error: Error) => {
    child.stdin.destroy()
    return error
  })
  const code = await ended
  const diffId = await feeding
  if (diffId instanceof Error) throw new Error(`layer could not be unpacked: ${diffId.message}`, {cause: diffId})
  if (code !== 0) throw new Error(`layer could not be unpacked: ${firstLines(complaint)}`)
  return {diffId, marks}
}

/** These become mount points: a link would lead out of the container before it has a root. */
const refuseLinks = (folder: string): void => {
  for (const name of ['proc', 'sys', 'dev']) {
    const path = join(folder, name)
    if (existsSync(path) && !lstatSync(path).isDirectory())
      throw new Error(`layer has something else than a folder at /${name}`)
  }
}

/** There whole or not at all; whoever calls has the layer's lock. Gives the digest of the archive within. */
export const unpackLayer = async (archive: string, folder: string): Promise<string> => {
  const work = `${folder}.new`
  for (const left of [work, folder]) rmSync(left, {recursive: true, force: true})
  mkdirSync(work, {recursive: true, mode: 0o755})
  try {
    const {diffId, marks} = await untar(archive, work)
    refuseLinks(work)
    await applyWhiteouts(work, marks)
    renameSync(work, folder)
    return diffId
  } catch (error) {
    rmSync(work, {recursive: true, force: true})
    throw error
  }
}
