import {formatTime} from '../../../api/meta/time.ts'
import type {flags} from '../../commands/rollout/restart.ts'
import type {Invocation} from '../../invocation.ts'
import {at, ensureMap} from '../../objects.ts'
import {changeWorkloads, quotedName} from '../../rollout/change.ts'

const restartable = new Set(['Deployment', 'DaemonSet', 'StatefulSet'])

export const rolloutRestart = (invocation: Invocation<typeof flags>): Promise<void> =>
  changeWorkloads(invocation, 'restarted', (object, info) => {
    if (!restartable.has(info.resource.kind)) throw new Error(`${quotedName(info)} restarting is not supported`)
    if (at(object, 'spec', 'paused') === true)
      throw new Error(`${quotedName(info)} can't restart paused deployment (run rollout resume first)`)
    const annotations = ensureMap(object, 'spec', 'template', 'metadata', 'annotations')
    annotations['kubectl.kubernetes.io/restartedAt'] = formatTime(invocation.io.now())
  })
