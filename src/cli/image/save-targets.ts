// Where `mini image save` brings images to.
import {spawn} from 'node:child_process'
import {createReadStream, existsSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {UsageError} from '../../lib/usage-error.ts'
import type {RuntimeClients} from '../cluster/runtime.ts'
import type {Io} from '../io.ts'
import {credentialsFor} from './docker-config.ts'
import {pushImage, saveFile} from './image-files.ts'
import {dockerProgram, inTemporaryFolder} from './load-sources.ts'
import {registryOf} from './names.ts'

export const toFile = async (
  clients: RuntimeClients,
  images: readonly string[],
  io: Io,
  file: string,
): Promise<void> => {
  const path = resolve(io.cwd, file)
  if (!existsSync(dirname(path))) throw new UsageError(`the folder of ${JSON.stringify(file)} does not exist`)
  if (existsSync(path) && statSync(path).isDirectory()) throw new UsageError(`${JSON.stringify(file)} is a folder`)
  await saveFile(clients, images, path)
}

export const toStdout = (clients: RuntimeClients, images: readonly string[], io: Io): Promise<void> =>
  inTemporaryFolder(async (folder) => {
    const file = join(folder, 'images.tar')
    await saveFile(clients, images, file)
    for await (const chunk of createReadStream(file)) io.out(chunk as Buffer)
  })

export const toDocker = async (clients: RuntimeClients, images: readonly string[]): Promise<void> => {
  const program = await dockerProgram()
  if (!program) throw new UsageError('no docker answers on this machine')
  await inTemporaryFolder(async (folder) => {
    const file = join(folder, 'images.tar')
    await saveFile(clients, images, file)
    const child = spawn(program, ['load', '-i', file], {stdio: ['ignore', 'ignore', 'pipe']})
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    const code = await new Promise<number | null>((done) => child.on('close', done))
    if (code !== 0) throw new UsageError(`${program} load: ${said.trim()}`)
  })
}

export const toRegistry = async (clients: RuntimeClients, images: readonly string[], io: Io): Promise<void> => {
  for (const image of images) await pushImage(clients, image, credentialsFor(registryOf(image), io.env))
}
