// The container runtime of a profile, for the commands about images.
import {existsSync} from 'node:fs'
import type {Profile} from '../../client/profile.ts'
import {type CriClient, createCriClient} from '../../lib/cri/client.ts'
import {createImageTools, type ImageTools} from '../../lib/cri/image-tools.ts'
import {grpcCodes, isGrpcCode} from '../../lib/grpc/status.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {startCommand} from './daemon.ts'

/** Longer than any call: only there to be cleared. */
const ALIVE_MS = 2 ** 30

const withClient = async <Client extends Disposable, Answer>(
  profile: Profile,
  open: (socket: string) => Client,
  use: (client: Client) => Promise<Answer>,
): Promise<Answer> => {
  if (!existsSync(profile.runtimeSocket))
    throw new UsageError(
      `no container runtime answers for ${JSON.stringify(profile.name)}; start it with: ${startCommand(profile)}`,
    )
  using client = open(profile.runtimeSocket)
  // The client's connection alone does not keep a program running.
  const alive = setInterval(() => undefined, ALIVE_MS)
  try {
    return await use(client)
  } finally {
    clearInterval(alive)
  }
}

export const withRuntime = <Answer>(profile: Profile, use: (runtime: CriClient) => Promise<Answer>): Promise<Answer> =>
  withClient(profile, createCriClient, use)

export const withImageTools = <Answer>(
  profile: Profile,
  use: (tools: ImageTools) => Promise<Answer>,
): Promise<Answer> =>
  withClient(profile, createImageTools, use).catch((error) => {
    if (!isGrpcCode(error, grpcCodes.unimplemented)) throw error
    throw new UsageError(
      `this cluster's container runtime is not mini's own: give it images with its own program, such as: ctr --address ${profile.runtimeSocket} --namespace k8s.io images import FILE`,
      {cause: error},
    )
  })
