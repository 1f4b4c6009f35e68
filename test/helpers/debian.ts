// Programs of Debian's for the tests: fetched once a machine and unpacked into the cache folder, never installed, so that
// a run of the tests leaves the machine (and what mini finds on it) as it was.
import {execFile} from 'node:child_process'
import {existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)
const cache = join(homedir(), '.cache', 'mini-tests', 'debian')
const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib']

export interface DebianPackage {
  /** Where the package and whatever it needs beyond this machine are unpacked. */
  readonly root: string
  /** The absolute path of one of its programs, wherever Debian keeps it. */
  readonly program: (name: string) => string
  /** PATH and LD_LIBRARY_PATH that make its programs and libraries found, over `process.env`. */
  readonly env: NodeJS.ProcessEnv
}

const fetch = async (name: string, into: string): Promise<void> => {
  mkdirSync(cache, {recursive: true})
  const work = mkdtempSync(`${into}-`)
  mkdirSync(join(work, 'archives', 'partial'), {recursive: true})
  // An archive folder of our own: apt leaves out what its usual one already holds, and needs root for that one.
  const get = [
    ['apt-get', 'install', '--reinstall', '--download-only', '-y', '-q', '--no-install-recommends'],
    ['-o', `Dir::Cache::archives=${join(work, 'archives')}`, '-o', 'Debug::NoLocking=1', name],
  ].flat()
  const script = `${get.join(' ')} || { apt-get update -q && ${get.join(' ')}; }`
  await run('flock', ['/tmp/mini-tests-apt.lock', 'sh', '-c', script], {timeout: 180_000, maxBuffer: 2 ** 26})
  mkdirSync(join(work, 'root'))
  for (const file of globSync(join(work, 'archives', '*.deb'))) await run('dpkg-deb', ['-x', file, join(work, 'root')])
  if (!existsSync(into)) renameSync(join(work, 'root'), into)
  rmSync(work, {recursive: true, force: true})
}

/** One package of Debian's with what it depends on. Throws with apt's own words when it cannot be had. */
export const debianPackage = async (name: string): Promise<DebianPackage> => {
  const root = join(cache, name)
  if (!existsSync(root)) await fetch(name, root)
  const folders = ['usr/bin', 'usr/sbin', 'bin', 'sbin'].map((folder) => join(root, folder))
  return {
    root,
    program: (program) => {
      const found = folders.map((folder) => join(folder, program)).find(existsSync)
      if (!found) throw new Error(`Debian's ${name} has no program ${program}`)
      return found
    },
    env: {
      ...process.env,
      PATH: [...folders, process.env.PATH].join(':'),
      LD_LIBRARY_PATH: libraries.map((folder) => join(root, folder)).join(':'),
    },
  }
}
