// The container runtime of a profile, for the commands about images.
import {existsSync} from 'node:fs'
import type {Profile} from '../../client/profile.ts'
import {type CriClient, createCriClient} from '../../lib/cri/client.ts'
import {createImageTools, type ImageTools} from '../../lib/cri/image-tools.ts'
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
): Promise<Answer> => withClient(profile, createImageTools, use)
