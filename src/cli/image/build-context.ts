// What `mini image build` is given as its context: a folder, an archive, an address, or stdin.
import {execFile} from 'node:child_process'
import {closeSync, createWriteStream, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {promisify} from 'node:util'
import {UsageError} from '../../lib/usage-error.ts'
import type {Io} from '../io.ts'

const run = promisify(execFile)

export interface ContextRequest {
  readonly where: string
  /** Of the Dockerfile; empty: the usual one. */
  readonly file: string
}

export interface FoundContext {
  readonly folder: string | undefined
  readonly dockerfile: {readonly name: string; readonly text: string}
  readonly ignore: string | undefined
}

const isAddress = (text: string): boolean => /^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(text)
const isRepository = (text: string): boolean => /^git(@|:\/\/)|^ssh:\/\/|^github\.com\/|\.git(#|$)/.test(text)

/** Compressed or not. */
const looksLikeArchive = (file: string): boolean => {
  const head = Buffer.alloc(262)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, head)
  } finally {
    closeSync(opened)
  }
  const magics = [
    [0x1f, 0x8b],
    [0x42, 0x5a, 0x68],
    [0xfd, 0x37, 0x7a],
    [0x28, 0xb5, 0x2f, 0xfd],
  ]
  return (
    head.toString('latin1', 257, 262) === 'ustar' ||
    magics.some((magic) => magic.every((byte, at) => head[at] === byte))
  )
}

const unpack = async (archive: string, folder: string): Promise<string> => {
  const target = join(folder, 'context')
  mkdirSync(target)
  try {
    await run('tar', ['-x', '--no-same-owner', '-C', target, '-f', archive])
  } catch (error) {
    throw new UsageError(`the context is no archive that can be read: ${(error as {stderr?: string}).stderr?.trim()}`, {
      cause: error,
    })
  }
  return target
}

/** `address#branch:folder`. */
const clone = async (address: string, folder: string): Promise<string> => {
  const [url = '', fragment = ''] = address.split('#')
  const [branch = '', below = ''] = fragment.split(':')
  const target = join(folder, 'context')
  const full = url.startsWith('github.com/') ? `https://${url}` : url
  const words = ['clone', '--quiet', '--depth', '1', '--recurse-submodules', ...(branch ? ['--branch', branch] : [])]
  try {
    await run('git', [...words, '--', full, target])
  } catch (error) {
    throw new UsageError(`git clone ${full}: ${((error as {stderr?: string}).stderr ?? String(error)).trim()}`, {
      cause: error,
    })
  }
  return below ? join(target, below) : target
}

const download = async (address: string, file: string): Promise<void> => {
  const response = await fetch(address)
  if (!response.ok || !response.body) throw new UsageError(`${address}: the server answers ${response.status}`)
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file))
}

/** A file that came from elsewhere: an archive of everything, or a Dockerfile alone. */
const fromFile = async (file: string, folder: string): Promise<{folder?: string; text?: string}> =>
  looksLikeArchive(file) ? {folder: await unpack(file, folder)} : {text: readFileSync(file, 'utf8')}

const fetched = async ({where}: ContextRequest, io: Io, work: string): Promise<{folder?: string; text?: string}> => {
  if (isAddress(where)) {
    if (isRepository(where)) return {folder: await clone(where, work)}
    const file = join(work, 'download')
    await download(where, file)
    return fromFile(file, work)
  }
  if (where === '-') {
    const file = join(work, 'stdin')
    await pipeline(process.stdin, createWriteStream(file))
    return fromFile(file, work)
  }
  const path = resolve(io.cwd, where)
  if (!existsSync(path)) throw new UsageError(`the folder ${JSON.stringify(where)} does not exist`)
  return statSync(path).isDirectory() ? {folder: path} : {folder: await unpack(path, work)}
}

const usualNames = ['Dockerfile', 'Containerfile']

const dockerfilePath = (folder: string, file: string, cwd: string): string => {
  const candidates = file ? [resolve(cwd, file), join(folder, file)] : usualNames.map((name) => join(folder, name))
  const found = candidates.find((path) => existsSync(path))
  if (!found) throw new UsageError(`there is no ${file ? JSON.stringify(file) : 'Dockerfile'} in ${folder}`)
  return found
}

/** Beside a Dockerfile, with its name in front, it goes before the context's own. */
const ignoreText = (folder: string, dockerfile: string | undefined): string | undefined => {
  const candidates = [...(dockerfile ? [`${dockerfile}.dockerignore`] : []), join(folder, '.dockerignore')]
  const found = candidates.find((path) => existsSync(path))
  return found && readFileSync(found, 'utf8')
}

export const findContext = async (request: ContextRequest, io: Io, work: string): Promise<FoundContext> => {
  const {file, where} = request
  if (file === '-' && where === '-') throw new UsageError('the context and the Dockerfile cannot both be on stdin')
  const {folder, text} = await fetched(request, io, work)
  if (text !== undefined || folder === undefined)
    return {folder: undefined, dockerfile: {name: 'Dockerfile', text: text ?? ''}, ignore: undefined}
  if (file === '-')
    return {
      folder,
      dockerfile: {name: 'Dockerfile', text: io.readStdin().toString('utf8')},
      ignore: ignoreText(folder, undefined),
    }
  const path = dockerfilePath(folder, file, io.cwd)
  const name = dirname(path) === folder ? path.slice(folder.length + 1) : file
  return {folder, dockerfile: {name, text: readFileSync(path, 'utf8')}, ignore: ignoreText(folder, path)}
}
