// Where a kustomization lies: a folder here, or a git repository that is fetched first.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, realpathSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'

export interface OpenFolder {
  readonly path: string
  close(): void
}

export const isRemote = (name: string): boolean =>
  /^(?:https?|ssh|git|file):\/\//.test(name) ||
  /^git@[^:]+:/.test(name) ||
  /^(?:github|gitlab|bitbucket)\.\w+\//.test(name)

interface Repository {
  readonly url: string
  readonly path: string
  readonly ref: string
}

/** `https://host/owner/repo//path?ref=v1`; on the well-known hosts the path may follow the repository at once. */
const parseRemote = (name: string): Repository => {
  const [base = '', query = ''] = name.split('?')
  const ref = new URLSearchParams(query).get('ref') ?? new URLSearchParams(query).get('version') ?? ''
  const withScheme = /^[a-z]+:\/\/|^git@/.test(base) ? base : `https://${base}`
  const scheme = withScheme.indexOf('://')
  const double = withScheme.indexOf('//', scheme < 0 ? 0 : scheme + 3)
  if (double >= 0) return {url: withScheme.slice(0, double), path: withScheme.slice(double + 2), ref}
  const dotGit = /^(.*?\.git)(?:\/(.*))?$/.exec(withScheme)
  if (dotGit) return {url: dotGit[1] ?? '', path: dotGit[2] ?? '', ref}
  const hosted = /^(https?:\/\/[^/]+\/[^/]+\/[^/]+)(?:\/(.*))?$/.exec(withScheme)
  return hosted ? {url: hosted[1] ?? '', path: hosted[2] ?? '', ref} : {url: withScheme, path: '', ref}
}

const git = (folder: string, ...args: string[]): void => {
  const {status, stderr, error} = spawnSync('git', args, {cwd: folder, encoding: 'utf8'})
  if (error) throw new Error(`no 'git' program on path: ${error.message}`, {cause: error})
  if (status !== 0) throw new Error(`failed to run 'git ${args.join(' ')}': ${stderr}: exit status ${status}`)
}

const fetchRepository = (name: string): OpenFolder => {
  const {url, path, ref} = parseRemote(name)
  const checkout = mkdtempSync(join(tmpdir(), 'kustomize-'))
  const close = (): void => rmSync(checkout, {recursive: true, force: true})
  try {
    git(checkout, 'init', '-q')
    git(checkout, 'fetch', '--depth=1', url, ref || 'HEAD')
    git(checkout, 'checkout', '-q', 'FETCH_HEAD')
    return {path: join(realpathSync(checkout), path), close}
  } catch (error) {
    close()
    throw error
  }
}

export const noDirectory = (name: string, full: string): Error =>
  new Error(
    `must build at directory: not a valid directory: evalsymlink failure on '${name}' : lstat ${full}: no such file or directory`,
  )

export const openFolder = (name: string, io: Pick<Io, 'cwd'>): OpenFolder => {
  if (isRemote(name)) return fetchRepository(name)
  const full = resolve(io.cwd, name)
  try {
    const path = realpathSync(full)
    if (!statSync(path).isDirectory()) throw new Error(`must build at directory: '${name}': file is not directory`)
    return {path, close: () => {}}
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw noDirectory(name, full)
  }
}
