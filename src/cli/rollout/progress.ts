// How far a rollout is, in the words of `rollout status`.
import type {Resource} from '../../api/resource.ts'
import {at, listAt, numberAt, type Obj, textAt} from '../objects.ts'

export interface Progress {
  readonly text: string
  readonly done: boolean
}

const LATER_GENERATION = (what: string): Progress => ({
  text: `Waiting for ${what} spec update to be observed...\n`,
  done: false,
})

const isObserved = (object: Obj): boolean =>
  numberAt(object, 'metadata', 'generation') <= numberAt(object, 'status', 'observedGeneration')

const deployment = (object: Obj, revision: number): Progress => {
  const name = textAt(object, 'metadata', 'name')
  if (revision > 0) {
    const current = Number(textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'))
    if (current !== revision)
      throw new Error(`desired revision (${revision}) is different from the running revision (${current})`)
  }
  if (!isObserved(object)) return LATER_GENERATION('deployment')
  const progressing = listAt(object, 'status', 'conditions').find(({type}) => type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    throw new Error(`deployment ${JSON.stringify(name)} exceeded its progress deadline`)
  const wanted = (at(object, 'spec', 'replicas') as number | undefined) ?? 1
  const updated = numberAt(object, 'status', 'updatedReplicas')
  const all = numberAt(object, 'status', 'replicas')
  const available = numberAt(object, 'status', 'availableReplicas')
  const waiting = (why: string): Progress => ({
    text: `Waiting for deployment ${JSON.stringify(name)} rollout to finish: ${why}...\n`,
    done: false,
  })
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`)
  if (all > updated) return waiting(`${all - updated} old replicas are pending termination`)
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`)
  return {text: `deployment ${JSON.stringify(name)} successfully rolled out\n`, done: true}
}

const daemonSet = (object: Obj): Progress => {
  const name = textAt(object, 'metadata', 'name')
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    throw new Error('rollout status is only available for RollingUpdate strategy type')
  if (!isObserved(object)) return LATER_GENERATION('daemon set')
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled')
  const updated = numberAt(object, 'status', 'updatedNumberScheduled')
  const available = numberAt(object, 'status', 'numberAvailable')
  const waiting = (why: string): Progress => ({
    text: `Waiting for daemon set ${JSON.stringify(name)} rollout to finish: ${why}...\n`,
    done: false,
  })
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new pods have been updated`)
  if (available < wanted) return waiting(`${available} of ${wanted} updated pods are available`)
  return {text: `daemon set ${JSON.stringify(name)} successfully rolled out\n`, done: true}
}

const statefulSet = (object: Obj): Progress => {
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    throw new Error('rollout status is only available for RollingUpdate strategy type')
  if (numberAt(object, 'status', 'observedGeneration') === 0 || !isObserved(object))
    return {text: 'Waiting for statefulset spec update to be observed...\n', done: false}
  const wanted = (at(object, 'spec', 'replicas') as number | undefined) ?? 1
  const ready = numberAt(object, 'status', 'readyReplicas')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  if (ready < wanted) return {text: `Waiting for ${wanted - ready} pods to be ready...\n`, done: false}
  const partition = at(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
  if (typeof partition === 'number') {
    const target = wanted - partition
    if (updated < target)
      return {
        text: `Waiting for partitioned roll out to finish: ${updated} out of ${target} new pods have been updated...\n`,
        done: false,
      }
    return {text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true}
  }
  const update = textAt(object, 'status', 'updateRevision')
  if (update !== textAt(object, 'status', 'currentRevision'))
    return {
      text: `waiting for statefulset rolling update to complete ${updated} pods at revision ${update}...\n`,
      done: false,
    }
  return {
    text: `statefulset rolling update complete ${numberAt(object, 'status', 'currentReplicas')} pods at revision ${textAt(object, 'status', 'currentRevision')}...\n`,
    done: true,
  }
}

export const progressOf = (
  object: Obj,
  {kind, group}: Pick<Resource, 'kind' | 'group'>,
  revision: number,
): Progress => {
  if (kind === 'Deployment') return deployment(object, revision)
  if (kind === 'DaemonSet') return daemonSet(object)
  if (kind === 'StatefulSet') return statefulSet(object)
  throw new Error(`no status viewer has been implemented for ${group === '' ? kind : `${kind}.${group}`}`)
}
