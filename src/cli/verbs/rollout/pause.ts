import type {flags} from '../../commands/rollout/pause.ts'
import type {Invocation} from '../../invocation.ts'
import {at, ensureMap} from '../../objects.ts'
import {changeWorkloads, quotedName} from '../../rollout/change.ts'

export const rolloutPause = (invocation: Invocation<typeof flags>): Promise<void> =>
  changeWorkloads(invocation, 'paused', (object, info) => {
    if (info.resource.kind !== 'Deployment') throw new Error(`${quotedName(info)} pausing is not supported`)
    if (at(object, 'spec', 'paused') === true) throw new Error(`${quotedName(info)} is already paused`)
    ensureMap(object, 'spec').paused = true
  })
