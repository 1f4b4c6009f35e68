// The container runtime of a profile, for the commands about images.
import {existsSync, readdirSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import type {Profile} from '../../client/profile.ts'
import {type CriClient, createCriClient} from '../../lib/cri/client.ts'
import {createImageTools, type ImageTools} from '../../lib/cri/image-tools.ts'
import {grpcCodes, isGrpcCode} from '../../lib/grpc/status.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {startCommand} from './daemon.ts'

/** Longer than any call: only there to be cleared. */
const ALIVE_MS = 2 ** 30

export interface RuntimeClients {
  /** Of the node the clients speak to. */
  readonly socket: string
  readonly cri: CriClient
  readonly tools: ImageTools
  /** Whether it is mini's own, which has tools beyond CRI and one store of images for all nodes. */
  readonly isMini: boolean
}

/** The client's connection alone does not keep a program running. */
const keptAlive = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
  const alive = setInterval(() => undefined, ALIVE_MS)
  try {
    return await work()
  } finally {
    clearInterval(alive)
  }
}

const connects = async (socket: string): Promise<boolean> => {
  if (!existsSync(socket)) return false
  using cri = createCriClient(socket)
  return await keptAlive(() => cri.RuntimeService.Version({})).then(
    () => true,
    (error: unknown) => !isGrpcCode(error, grpcCodes.unavailable),
  )
}

const isMini = (tools: ImageTools): Promise<boolean> =>
  tools.call('Progress', {name: 'none'}).then(
    () => true,
    (error: unknown) => !isGrpcCode(error, grpcCodes.unimplemented),
  )

const notThere = (profile: Profile): UsageError =>
  new UsageError(
    `no container runtime answers for ${JSON.stringify(profile.name)}; start it with: ${startCommand(profile)}`,
  )

const use = async <Answer>(socket: string, work: (clients: RuntimeClients) => Promise<Answer>): Promise<Answer> => {
  using cri = createCriClient(socket)
  using tools = createImageTools(socket)
  return await keptAlive(async () => work({socket, cri, tools, isMini: await isMini(tools)}))
}

/** Of each node, in order: the first is always named, the others have a number at the end. */
const socketsOf = ({runtimeSocket}: Profile): string[] => {
  const folder = dirname(runtimeSocket)
  const first = basename(runtimeSocket)
  const others = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${first}.`)) : []
  return [runtimeSocket, ...others.map((name) => join(folder, name))]
}

/** Mini's own runtime with nothing but images, for as long as `work` takes. */
export const withStoppedRuntime = async <Answer>(
  profile: Profile,
  work: (clients: RuntimeClients) => Promise<Answer>,
): Promise<Answer> => {
  const [{readConfig, registryFlags}, {startStoppedRuntime}] = await Promise.all([
    import('../../daemon/config.ts'),
    import('../image/stopped-runtime.ts'),
  ])
  const {end, socket} = await startStoppedRuntime(profile, registryFlags(readConfig(profile.config)))
  try {
    return await use(socket, work)
  } finally {
    await end()
  }
}

/**
 * Works with every runtime that has images of its own: one for all nodes of mini's runtime, otherwise one a node. A
 * cluster that is stopped gets one for as long as the command takes. The answer is that of the first.
 */
export const withRuntimes = async <Answer>(
  profile: Profile,
  work: (clients: RuntimeClients) => Promise<Answer>,
): Promise<Answer> => {
  if (!existsSync(profile.folder)) throw notThere(profile)
  const {readConfig} = await import('../../daemon/config.ts')
  const {containerRuntimeEndpoint, runtime} = readConfig(profile.config)
  if (runtime === 'simulated')
    throw new UsageError(`the nodes of ${JSON.stringify(profile.name)} are simulated: they have no images`)
  const endpoint = containerRuntimeEndpoint?.replace(/^unix:\/\//, '')
  const [first = '', ...others] = endpoint ? [endpoint] : socketsOf(profile)
  if (!(await connects(first))) {
    if (endpoint || runtime !== 'mini') throw notThere(profile)
    return withStoppedRuntime(profile, work)
  }
  const {answer, shared} = await use(first, async (clients) => ({answer: await work(clients), shared: clients.isMini}))
  if (!shared) for (const socket of others) await use(socket, work)
  return answer
}
