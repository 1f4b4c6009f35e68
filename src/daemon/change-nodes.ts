// `mini node add` and `mini node delete`: real nodes come and go while the cluster runs.
import {rmSync} from 'node:fs'
import {unlessReason} from '../api/errors.ts'
import {nodes, pods} from '../api/resources.ts'
import {UsageError} from '../lib/usage-error.ts'
import {cleanUpRuntime} from '../runtime/cleanup.ts'
import {administrator, type DaemonContext} from './component.ts'
import {nodeName} from './node-names.ts'
import {type RuntimePlace, runtimePlace} from './runtime-places.ts'

const FIRST = 1
/** How long pods may take to leave a node that is removed. */
const LEAVE_MS = 30_000
const LOOK_MS = 50

export interface NodeChanges {
  add(): {readonly name: string}
  remove(name: string): Promise<{readonly name: string}>
}

/** Deleted in their own time while their kubelet can still see to it. */
const removePods = async ({clientOf, clock}: DaemonContext, name: string): Promise<void> => {
  const client = clientOf(administrator, 'minid')
  await client
    .patch(nodes, {name}, {type: 'merge', body: {spec: {unschedulable: true}}})
    .catch(unlessReason('NotFound'))
  const left = async () => (await client.list(pods, {fieldSelector: `spec.nodeName=${name}`})).items
  for (const {metadata} of await left())
    await client
      .delete(pods, {namespace: metadata.namespace, name: metadata.name}, {})
      .catch(unlessReason('NotFound', 'Conflict'))
  const end = clock.monotonic() + LEAVE_MS
  while ((await left()).length > 0 && clock.monotonic() < end) await clock.sleep(LOOK_MS)
  for (const {metadata} of await left())
    await client
      .delete(pods, {namespace: metadata.namespace, name: metadata.name}, {gracePeriodSeconds: 0})
      .catch(unlessReason('NotFound'))
}

const removePlace = async ({root, pods: folder, socket}: RuntimePlace): Promise<void> => {
  await cleanUpRuntime(root)
  for (const path of [root, folder, socket]) rmSync(path, {recursive: true, force: true})
}

/** `save` remembers the numbers of the nodes for the next start. */
export const nodeChanges = (context: DaemonContext, save: (numbers: readonly number[]) => void): NodeChanges => {
  const {clientOf, config, places, profile} = context
  const numbers = (): number[] => places.all.map(({number}) => number)
  return {
    add: () => {
      if (config.runtime === 'simulated' || config.containerRuntimeEndpoint)
        throw new UsageError('this cluster can have more simulated nodes only: mini node add --simulated')
      const taken = new Set(numbers())
      let number = FIRST
      while (taken.has(number)) number++
      places.add(runtimePlace(profile, config, number))
      save(numbers())
      return {name: nodeName(number)}
    },
    remove: async (name) => {
      const place = places.get(name)
      if (!place) throw new UsageError(`${JSON.stringify(name)} is no node of this machine`)
      if (place.number === FIRST) throw new UsageError(`${name} is the machine's first node and goes with the cluster`)
      await removePods(context, name)
      await places.remove(place)
      await clientOf(administrator, 'minid').delete(nodes, {name}).catch(unlessReason('NotFound'))
      await removePlace(place)
      save(numbers())
      return {name}
    },
  }
}
