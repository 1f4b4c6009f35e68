// The container runtime of a profile, for the commands about images.
import {existsSync} from 'node:fs'
import type {Profile} from '../../client/profile.ts'
import {type CriClient, createCriClient} from '../../lib/cri/client.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {startCommand} from './daemon.ts'

/** Longer than any call: only there to be cleared. */
const ALIVE_MS = 2 ** 30

export const withRuntime = async <Answer>(
  profile: Profile,
  use: (runtime: CriClient) => Promise<Answer>,
): Promise<Answer> => {
  if (!existsSync(profile.runtimeSocket))
    throw new UsageError(
      `no container runtime answers for ${JSON.stringify(profile.name)}; start it with: ${startCommand(profile)}`,
    )
  using runtime = createCriClient(profile.runtimeSocket)
  // The client's connection alone does not keep a program running.
  const alive = setInterval(() => undefined, ALIVE_MS)
  try {
    return await use(runtime)
  } finally {
    clearInterval(alive)
  }
}
