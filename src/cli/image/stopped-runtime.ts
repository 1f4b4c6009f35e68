// Images of a cluster that is stopped: mini's runtime, started for one command, with nothing but images.
import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Profile} from '../../client/profile.ts'
import {createCriClient} from '../../lib/cri/client.ts'

const LOOK_MS = 5
const MOST_LOOKS = 2000

/** Beside the bundle, or in the source tree. */
const program = (): string => {
  const bundled = fileURLToPath(new URL('./runtime.js', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../runtime/main.ts', import.meta.url))
}

export interface StoppedRuntime {
  readonly socket: string
  end(): Promise<void>
}

const answers = async (socket: string): Promise<boolean> => {
  if (!existsSync(socket)) return false
  using cri = createCriClient(socket)
  return await cri.RuntimeService.Version({}).then(
    () => true,
    () => false,
  )
}

export const startStoppedRuntime = async (profile: Profile, flags: readonly string[]): Promise<StoppedRuntime> => {
  const root = join(profile.folder, 'runtime', 'images-only')
  mkdirSync(root, {recursive: true, mode: 0o700})
  // Its own: several commands may run at once, and a socket's path must be short.
  const folder = mkdtempSync(join(tmpdir(), 'mini-images-'))
  const socket = join(folder, 'cri.sock')
  const own = mkdtempSync(join(root, 'r'))
  const words = [
    '--images-only',
    '--root',
    own,
    '--socket',
    socket,
    '--images',
    profile.images,
    '--mask',
    profile.home,
    '--home',
    profile.home,
  ]
  const child = spawn(process.execPath, [program(), ...words, ...flags], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: '/',
  })
  // Open as long as this process lives: its end is the runtime's.
  child.stdin.on('error', () => undefined)
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    for (const path of [folder, own]) rmSync(path, {recursive: true, force: true})
  }
  for (let look = 0; look < MOST_LOOKS; look++) {
    if (await answers(socket)) return {socket, end}
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  await end()
  throw new Error(`the container runtime did not start: ${complaint.trim()}`)
}
