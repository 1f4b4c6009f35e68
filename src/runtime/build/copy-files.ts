// Files into a root that is being built. tar carries trees: it knows hard links, holes and attributes.
import {spawn} from 'node:child_process'
import {chmodSync, lchownSync, lstatSync, mkdirSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {runProgram, SYSTEM_PATH} from '../run-program.ts'
import {type BuildContext, namesBelow, type Source} from './context.ts'
import {inRoot} from './in-root.ts'

export interface Ownership {
  readonly uid: number
  readonly gid: number
}

export interface CopyOptions {
  /** Absent: as it is where it comes from. */
  readonly owner?: Ownership | undefined
  readonly mode?: number | undefined
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

/** Each folder on the way that is missing; gives where it is on this machine. */
export const makeFolder = (root: string, path: string, owner?: Ownership): string => {
  let made = ''
  for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
    made = `${made}/${part}`
    const real = inRoot(root, made)
    const stats = lstatSync(real, {throwIfNoEntry: false})
    if (stats?.isDirectory()) continue
    if (stats) throw new Error(`cannot copy to non-directory: ${made}`)
    mkdirSync(real, {mode: 0o755})
    if (owner) lchownSync(real, owner.uid, owner.gid)
  }
  return inRoot(root, made)
}

/** A link where a folder is to go would be replaced by it, and the image broken. */
const refuseLinks = (file: string, names: readonly string[], target: string): void => {
  for (const name of names) {
    const there = lstatSync(join(target, name), {throwIfNoEntry: false})
    if (there && !there.isDirectory() && lstatSync(join(file, name)).isDirectory())
      throw new Error(`cannot copy to non-directory: ${name}`)
  }
}

const env = {PATH: SYSTEM_PATH, LC_ALL: 'C'}
const attributes = ['--xattrs', '--xattrs-include=*', '--xattrs-exclude=trusted.overlay.*']

const tarAcross = async (
  from: string,
  names: readonly string[],
  to: string,
  {mode, owner}: CopyOptions,
): Promise<void> => {
  const changes = [
    ...(owner ? [`--owner=+${owner.uid}`, `--group=+${owner.gid}`] : []),
    ...(mode === undefined ? [] : [`--mode=${octal(mode)}`]),
  ]
  const pack = ['-c', '--format=posix', '--numeric-owner', '--sparse', ...attributes, ...changes]
  const packing = spawn('tar', [...pack, '--no-recursion', '--null', '--verbatim-files-from', '-C', from, '-T', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
  })
  const unpacking = spawn(
    'tar',
    ['-x', '-p', '--numeric-owner', ...attributes, '--delay-directory-restore', '-C', to],
    {
      stdio: [packing.stdout, 'ignore', 'pipe'],
      env,
    },
  )
  packing.stdout.destroy()
  packing.stdin.on('error', () => undefined) // it says itself why it ended
  packing.stdin.end(names.map((name) => `${name}\0`).join(''))
  await Promise.all([packing, unpacking].map(ended))
}

const ended = (child: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => (said += said.length < 4096 ? chunk : ''))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar: ${said.trim() || `exit code ${code}`}`)),
    )
  })

/** All that is in the folder, into a folder. */
export const copyFolder = async (
  context: BuildContext,
  source: Source,
  root: string,
  path: string,
  options: CopyOptions,
): Promise<void> => {
  const target = makeFolder(root, path, options.owner)
  const names = namesBelow(context, source)
  refuseLinks(source.file, names, target)
  if (names.length > 0) await tarAcross(source.file, names, target, options)
}

export const copyFile = async (
  source: string,
  root: string,
  path: string,
  {mode, owner}: CopyOptions,
): Promise<void> => {
  makeFolder(root, dirname(path), owner)
  const target = inRoot(root, path)
  await runProgram('cp', ['-a', '--remove-destination', '-T', source, target])
  if (owner) lchownSync(target, owner.uid, owner.gid)
  if (mode !== undefined) chmodSync(target, mode)
}

/** Where a file goes: into a folder, or under a name of its own. */
export const fileTarget = (root: string, path: string, name: string, intoFolder: boolean): string => {
  const isFolder = intoFolder || (lstatSync(inRoot(root, path), {throwIfNoEntry: false})?.isDirectory() ?? false)
  return isFolder ? join(path, basename(name)) : path
}
