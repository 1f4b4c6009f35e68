// POST pods/NAME/binding: gives a pod its node, once. It is not an update of the pod: no generation, no manager.

import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {Kind} from '../../api/kind.ts'
import {bindingKind} from '../../api/kinds/core/bindings.ts'
import type {KubeObject} from '../../api/object.ts'
import {bindings} from '../../api/resources.ts'
import type {Binding, Pod} from '../../api/schema/types.gen.ts'
import {conflict} from '../errors.ts'
import {changeObject} from '../handlers/change.ts'
import {copyOf} from '../registry/freeze.ts'
import type {Shared} from '../registry/objects.ts'
import {readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import {timestamp} from '../timestamp.ts'
import type {SubresourceHandler} from './index.ts'

const BINDING = {group: '', plural: 'pods/binding'}

const checkTarget = (binding: Binding, name: string): void => {
  const errors = new FieldErrors()
  const {kind, name: node} = binding.target ?? {}
  if (kind && kind !== 'Node')
    errors.add(
      'FieldValueNotSupported',
      'target.kind',
      `Unsupported value: "${kind}": supported values: "Node", "<empty>"`,
    )
  if (!node) errors.add('FieldValueRequired', 'target.name', 'Required value')
  if (errors.list.length > 0) throw invalidObject(bindings, name, errors.list)
}

const assign = (old: Shared, binding: Binding, now: string): Pod => {
  const pod = copyOf(old) as Pod
  const name = pod.metadata?.name ?? ''
  if (binding.metadata?.uid && binding.metadata.uid !== pod.metadata?.uid)
    throw conflict(
      BINDING,
      name,
      `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${pod.metadata?.uid}`,
    )
  if (pod.metadata?.deletionTimestamp)
    throw conflict(BINDING, name, `pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec?.nodeName)
    throw conflict(BINDING, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
  if (pod.spec?.schedulingGates?.length)
    throw conflict(BINDING, name, `pod ${name} has non-empty .spec.schedulingGates`)
  pod.spec = {...(pod.spec ?? {containers: []}), nodeName: binding.target.name ?? ''}
  const annotations = binding.metadata?.annotations
  if (annotations && pod.metadata) pod.metadata.annotations = {...pod.metadata.annotations, ...annotations}
  pod.status = {...pod.status, conditions: scheduled(pod, now)}
  delete pod.status.nominatedNodeName
  return pod
}

type Conditions = NonNullable<NonNullable<Pod['status']>['conditions']>

/** JSON has null for a time that never was; the types do not. */
const NEVER = null as unknown as undefined

const scheduled = (pod: Pod, now: string): Conditions => {
  const others = (pod.status?.conditions ?? []).filter(({type}) => type !== 'PodScheduled')
  const {generation} = pod.metadata ?? {}
  const observed = generation ? {observedGeneration: generation} : {}
  return [...others, {type: 'PodScheduled', status: 'True', lastProbeTime: NEVER, lastTransitionTime: now, ...observed}]
}

const withoutRules = (kind: Kind): Kind => ({...kind, strategy: {...kind.strategy, generation: () => false}})

export const bindPod: SubresourceHandler = async (backend, call, kind, rules) => {
  const {name, namespace} = call.info
  const options = writeOptions(call, 'CreateOptions')
  const expected = {...bindingKind.resource, schema: bindingKind.schema}
  const binding = (await readObject(call, expected, options.fieldValidation)) as Binding & KubeObject
  checkTarget(binding, name)
  const now = timestamp(backend.clock.now())
  await changeObject({
    backend,
    call,
    kind: withoutRules(kind),
    namespace,
    name,
    options,
    subresource: {
      name: 'binding',
      rules: {...rules, prepareForUpdate: () => undefined, validateUpdate: () => undefined},
    },
    next: (old) => assign(old, binding, now),
    admits: {operation: 'CREATE', show: () => binding},
    track: () => undefined,
  })
  const status = {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201}
  return {type: 'status', status, code: 201}
}
