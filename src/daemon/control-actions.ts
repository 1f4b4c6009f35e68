// What the daemon does on request: the table of control.ts.

import type {Profile} from '../client/profile.ts'
import type {Store} from '../store/contract.ts'
import type {NodeChanges} from './change-nodes.ts'
import type {ControlActions} from './control.ts'
import type {RunningComponents} from './running.ts'
import {listSnapshots, saveSnapshot} from './snapshots.ts'
import type {DaemonStatus} from './status.ts'

export interface ControlTarget {
  readonly profile: Profile
  readonly store: Store
  readonly components: RunningComponents
  readonly nodes: NodeChanges
  /** Of the settings that can change while the cluster runs. */
  change(changes: Readonly<Record<string, unknown>>): Promise<void>
  status(): Promise<DaemonStatus>
  stop(): void
}

export const controlActions = ({
  profile,
  store,
  change,
  components,
  nodes,
  status,
  stop,
}: ControlTarget): ControlActions => ({
  'GET status': () => status(),
  'POST stop': () => {
    // Answers first: the answer travels over what is about to be closed.
    setImmediate(stop)
    return {stopping: true}
  },
  'POST pause': () => components.pause(),
  'POST unpause': () => components.resume(),
  'POST addons': ({body}) => change({addons: body}),
  'POST nodes': () => nodes.add(),
  'DELETE nodes': ({rest}) => nodes.remove(rest),
  'GET snapshots': () => listSnapshots(profile),
  'POST snapshots': ({rest}) => saveSnapshot(profile, store, rest),
})
