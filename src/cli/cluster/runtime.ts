// The container runtime of a profile, for the commands about images.
import {existsSync} from 'node:fs'
import type {Profile} from '../../client/profile.ts'
import {type CriClient, createCriClient} from '../../lib/cri/client.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {startCommand} from './daemon.ts'

export const runtimeOf = (profile: Profile): CriClient => {
  if (!existsSync(profile.runtimeSocket))
    throw new UsageError(`no container runtime answers for ${JSON.stringify(profile.name)}; start it with: ${startCommand(profile)}`)
  return createCriClient(profile.runtimeSocket)
}
