import type {flags} from '../../commands/rollout/resume.ts'
import type {Invocation} from '../../invocation.ts'
import {at, ensureMap} from '../../objects.ts'
import {changeWorkloads, quotedName} from '../../rollout/change.ts'

export const rolloutResume = (invocation: Invocation<typeof flags>): Promise<void> =>
  changeWorkloads(invocation, 'resumed', (object, info) => {
    if (info.resource.kind !== 'Deployment') throw new Error(`${quotedName(info)} resuming is not supported`)
    if (at(object, 'spec', 'paused') !== true) throw new Error(`${quotedName(info)} is not paused`)
    delete ensureMap(object, 'spec').paused
  })
