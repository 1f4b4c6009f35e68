// Which container of a pod a log, an exec or an attach is about.
import type {DeepReadonly} from '../../api/object.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import {badRequest} from '../errors.ts'

type ReadPod = DeepReadonly<Pod>

const names = (list: readonly {readonly name?: string | undefined}[] | undefined): string[] =>
  (list ?? []).map(({name}) => name ?? '')

/** Throws BadRequest where the pod has several and none was named, or has none of that name. */
export const containerOf = (pod: ReadPod, asked: string): string => {
  const {containers, initContainers, ephemeralContainers} = pod.spec ?? {containers: []}
  const podName = pod.metadata?.name ?? ''
  const own = names(containers)
  const initial = names(initContainers)
  const ephemeral = names(ephemeralContainers)
  if (asked === '') {
    if (own.length === 1) return own[0] ?? ''
    if (own.length === 0) throw badRequest(`a container name must be specified for pod ${podName}`)
    const others = [
      ...(initial.length > 0 ? [` or one of the init containers: [${initial.join(' ')}]`] : []),
      ...(ephemeral.length > 0 ? [` or one of the ephemeral containers: [${ephemeral.join(' ')}]`] : []),
    ]
    throw badRequest(
      `a container name must be specified for pod ${podName}, choose one of: [${own.join(' ')}]${others.join('')}`,
    )
  }
  if (![...own, ...initial, ...ephemeral].includes(asked))
    throw badRequest(`container ${asked} is not valid for pod ${podName}`)
  return asked
}
