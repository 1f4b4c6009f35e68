// What a step left in its upper folder as a layer: an archive for others, the folder itself for us.
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {Transform} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {mediaTypes} from '../images/manifest.ts'
import type {ImageStore} from '../images/store.ts'
import {WHITEOUT} from '../images/whiteouts.ts'
import {runProgram, SYSTEM_PATH} from '../run-program.ts'
import type {Scratch} from './scratch.ts'
import type {LayerRef} from './stage.ts'

interface Entry {
  readonly type: string
  readonly path: string
}

const listed = async (folder: string): Promise<Entry[]> => {
  const text = await runProgram('find', ['.', '-mindepth', '1', '-printf', '%y%P\\0'], {cwd: folder})
  return text
    .split('\0')
    .filter(Boolean)
    .map((line) => ({type: line.slice(0, 1), path: line.slice(1)}))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

/** overlayfs' mark of a removed name. */
const isWhiteout = (file: string): boolean => {
  const stats = lstatSync(file)
  return stats.isCharacterDevice() && stats.rdev === 0
}

/** Of the topmost layer that has it. */
const statBelow = (layers: readonly string[], path: string): Stats | undefined => {
  for (const layer of layers) {
    const stats = lstatSync(join(layer, path), {throwIfNoEntry: false})
    if (stats) return stats
  }
  return undefined
}

/** A folder that is only there because something in it was looked at. */
const isUntouched = (own: Stats, known: Stats | undefined): boolean =>
  known !== undefined &&
  known.isDirectory() &&
  known.mode === own.mode &&
  known.uid === own.uid &&
  known.gid === own.gid

interface Changes {
  readonly kept: readonly string[]
  readonly removed: readonly string[]
}

/** Names that were there before and are not now, in folders that were made anew. */
const goneFrom = async (
  scratch: Scratch,
  layers: readonly string[],
  folders: readonly string[],
  marked: ReadonlySet<string>,
): Promise<string[]> => {
  if (folders.length === 0) return []
  const [before, after] = [await scratch.view(layers), await scratch.view([scratch.upper, ...layers])]
  const gone = folders.flatMap((path) => {
    if (!lstatSync(join(before, path), {throwIfNoEntry: false})?.isDirectory()) return []
    const now = new Set(readdirSync(join(after, path)))
    return readdirSync(join(before, path))
      .map((name) => ({name, full: join(path, name)}))
      .filter(({full, name}) => !now.has(name) && !marked.has(full))
      .map(({full}) => full)
  })
  await scratch.unmount()
  return gone
}

const changesOf = async (scratch: Scratch, layers: readonly string[], removes: boolean): Promise<Changes> => {
  const {upper} = scratch
  const entries = await listed(upper)
  const removed = entries.filter(({path, type}) => type === 'c' && isWhiteout(join(upper, path))).map(({path}) => path)
  const marked = new Set(removed)
  const folders = entries.filter(({type}) => type === 'd').map(({path}) => path)
  const known = new Map(folders.map((path) => [path, statBelow(layers, path)]))
  const again = removes ? folders.filter((path) => known.get(path)?.isDirectory()) : []
  const gone = await goneFrom(scratch, layers, again, marked)
  const others = entries.filter(({path}) => !marked.has(path))
  const needed = new Set<string>()
  for (const path of [...gone, ...removed, ...others.filter(({type}) => type !== 'd').map((entry) => entry.path)])
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) needed.add(folder)
  const kept = others
    .filter(
      ({path, type}) => type !== 'd' || needed.has(path) || !isUntouched(lstatSync(join(upper, path)), known.get(path)),
    )
    .map(({path}) => path)
  return {kept, removed: [...removed, ...gone]}
}

const nullEnded = (paths: readonly string[]): string => paths.map((path) => `${path}\0`).join('')

/** Marks of removed names as empty files, in a folder of their own. */
const writeMarks = (folder: string, removed: readonly string[]): string[] =>
  removed.map((path) => {
    const mark = join(dirname(path), `${WHITEOUT}${basename(path)}`)
    mkdirSync(join(folder, dirname(mark)), {recursive: true})
    writeFileSync(join(folder, mark), '')
    return mark
  })

const flags = [
  ...['-c', '--format=posix', '--pax-option=delete=atime,delete=ctime', '--numeric-owner', '--no-recursion', '--null'],
  ...['--xattrs', '--xattrs-include=*', '--xattrs-exclude=trusted.overlay.*', '--verbatim-files-from'],
]

const archive = async (
  scratch: Scratch,
  {kept, removed}: Changes,
  file: string,
  signal: AbortSignal,
): Promise<string> => {
  const marks = scratch.fresh('marks')
  const lists = scratch.fresh('lists')
  writeFileSync(join(lists, 'kept'), nullEnded(kept))
  writeFileSync(join(lists, 'marks'), nullEnded(writeMarks(marks, removed)))
  const args = [...flags, '-C', scratch.upper, '-T', join(lists, 'kept'), '-C', marks, '-T', join(lists, 'marks')]
  const child = spawn('tar', args, {stdio: ['ignore', 'pipe', 'pipe'], env: {PATH: SYSTEM_PATH, LC_ALL: 'C'}, signal})
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += complaint.length < 4096 ? chunk : ''))
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const [code] = await Promise.all([ended, pipeline(child.stdout, hashing, createWriteStream(file, {mode: 0o600}))])
  if (code !== 0) throw new Error(`the layer could not be packed: ${complaint.trim()}`)
  return `sha256:${hash.digest('hex')}`
}

export interface PackRequest {
  /** Those below, the topmost first. */
  readonly layers: readonly string[]
  /** Whether the step may have removed folders and made them anew. */
  readonly removes: boolean
  readonly signal: AbortSignal
  /** Content that must stay. */
  hold(digest: string): void
}

/** Undefined when nothing changed. */
export const packLayer = async (
  store: ImageStore,
  scratch: Scratch,
  {hold, layers, removes, signal}: PackRequest,
): Promise<LayerRef | undefined> => {
  await scratch.unmount()
  const changes = await changesOf(scratch, layers, removes)
  if (changes.kept.length + changes.removed.length === 0) return undefined
  const file = join(scratch.fresh('blob'), 'layer.tar')
  const digest = await archive(scratch, changes, file, signal)
  hold(digest)
  const {size} = statSync(file)
  if (existsSync(store.blobFile(digest))) rmSync(file)
  else renameSync(file, store.blobFile(digest))
  await store.layers.adopt(digest, digest, scratch.upper)
  return {digest, size, diffId: digest, mediaType: mediaTypes.layer}
}
