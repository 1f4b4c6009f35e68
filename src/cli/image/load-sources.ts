// Where `mini image load` takes images from.
import {execFile, spawn} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {promisify} from 'node:util'
import {UsageError} from '../../lib/usage-error.ts'
import type {RuntimeClients} from '../cluster/runtime.ts'
import type {Io} from '../io.ts'
import {loadFile} from './image-files.ts'

const run = promisify(execFile)

export const inTemporaryFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'mini-image-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

export const fromFile = loadFile

export const fromStdin = (clients: RuntimeClients, io: Io, overwrite: boolean): Promise<readonly string[]> => {
  if (io.isTerminal.in) throw new UsageError('an archive is expected on stdin')
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'stdin.tar')
    await pipeline(process.stdin, createWriteStream(file, {mode: 0o600}))
    return loadFile(clients, file, overwrite)
  })
}

/** docker, or what people use in its place. */
export const dockerProgram = async (): Promise<string | undefined> => {
  for (const program of ['docker', 'podman', 'nerdctl'])
    try {
      await run(program, ['version', '--format', '{{.Server.Version}}'], {timeout: 10_000})
      return program
    } catch {
      // not installed, or nobody answers it
    }
  return undefined
}

/** Undefined: it does not have the image. `must`: then that is an error. */
export const fromDocker = async (
  clients: RuntimeClients,
  image: string,
  must: boolean,
  overwrite: boolean,
): Promise<readonly string[] | undefined> => {
  const program = await dockerProgram()
  if (!program) {
    if (must) throw new UsageError('no docker answers on this machine')
    return undefined
  }
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'docker.tar')
    const child = spawn(program, ['save', '-o', file, image], {stdio: ['ignore', 'ignore', 'pipe']})
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    if (code === 0) return loadFile(clients, file, overwrite)
    if (must) throw new UsageError(`${program} save ${image}: ${said.trim()}`)
    return undefined
  })
}
