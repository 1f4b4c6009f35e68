// scale: how many replicas a workload has, whatever its kind.
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {Kind, Subresource} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {applyPatch, type PatchType} from '../../api/patch/apply-patch.ts'
import {definition} from '../../api/schema/definitions.ts'
import type {Scale} from '../../api/schema/types.gen.ts'
import {methodNotAllowed, modified} from '../errors.ts'
import {changeObject} from '../handlers/change.ts'
import {existing} from '../handlers/get.ts'
import {copyOf} from '../registry/freeze.ts'
import type {Shared} from '../registry/objects.ts'
import {readBody} from '../request/body.ts'
import {checkName} from '../request/body-rules.ts'
import type {Call} from '../request/call.ts'
import {mediaTypeOf, readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import type {SubresourceHandler} from './index.ts'

const resource = {group: 'autoscaling', version: 'v1', kind: 'Scale'}

const schema = () => definition('io.k8s.api.autoscaling.v1.Scale')

type Tree = {readonly [field: string]: unknown}

const partsOf = (path: string): string[] => path.split('.').filter((part) => part !== '')

const read = (object: unknown, path: string): unknown =>
  partsOf(path).reduce<unknown>((at, part) => (at as Tree | undefined)?.[part], object)

const write = (object: object, path: string, value: unknown): void => {
  const parts = partsOf(path)
  const last = parts.pop() ?? ''
  let at = object as Record<string, unknown>
  for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>
  at[last] = value
}

const scaleOf = (object: Shared | KubeObject, {scale}: Subresource): Scale => {
  const {name, namespace, uid, resourceVersion, creationTimestamp} = object.metadata ?? {}
  const replicas = Number(read(object, scale?.specReplicasPath ?? '') ?? 0)
  const selector = scale?.selector?.(object as KubeObject)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {name, namespace, uid, resourceVersion, creationTimestamp},
    spec: replicas === 0 ? {} : {replicas},
    status: {
      replicas: Number(read(object, scale?.statusReplicasPath ?? '') ?? 0),
      ...(selector ? {selector} : {}),
    },
  }
}

const validate = (scale: Scale, name: string): void => {
  const errors = new FieldErrors()
  const replicas = scale.spec?.replicas ?? 0
  if (replicas < 0) errors.invalid('spec.replicas', replicas, 'must be greater than or equal to 0')
  if (errors.list.length > 0) throw invalidObject(resource, name, errors.list)
}

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

/** How the scale shall be, given how it is. */
const wanted = async (call: Call): Promise<(current: Scale) => Scale> => {
  const {name} = call.info
  if (call.info.verb === 'update') {
    const options = writeOptions(call, 'UpdateOptions')
    const scale = await readObject<Scale>(call, {...resource, schema: schema()}, options.fieldValidation)
    checkName(scale, name)
    return () => scale
  }
  const options = writeOptions(call, 'PatchOptions')
  const type = patchTypes[mediaTypeOf(call)] ?? 'merge'
  const text = (await readBody(call.request)).toString('utf8')
  return (current) => {
    const {object, warnings} = applyPatch({
      type,
      text,
      current,
      resource,
      schema: schema(),
      fieldValidation: options.fieldValidation,
    })
    for (const warning of warnings) call.warnings.add(warning)
    return object as Scale
  }
}

const withReplicas = (kind: Kind, old: Shared, rules: Subresource, scale: Scale): KubeObject => {
  validate(scale, old.metadata.name)
  const version = scale.metadata?.resourceVersion
  if (version && version !== old.metadata.resourceVersion) throw modified(kind.resource, old.metadata.name)
  const object = copyOf(old) as KubeObject
  write(object, rules.scale?.specReplicasPath ?? '', scale.spec?.replicas ?? 0)
  return object
}

export const scaleObject: SubresourceHandler = async (backend, call, kind, rules) => {
  const {verb, name} = call.info
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  if (verb === 'get') {
    const entry = existing(backend, kind, namespace, name)
    await backend.objects.prepare(kind, [entry])
    const found = backend.objects.object(kind, entry)
    return {type: 'object', status: 200, object: scaleOf(found, rules)}
  }
  if (verb !== 'update' && verb !== 'patch') throw methodNotAllowed()
  const next = await wanted(call)
  const options = writeOptions(call, verb === 'update' ? 'UpdateOptions' : 'PatchOptions')
  const entry = await changeObject({
    backend,
    call,
    kind,
    namespace,
    name,
    options,
    subresource: {name: 'scale', rules: {...rules, prepareForUpdate: () => undefined}},
    next: (old) => withReplicas(kind, old, rules, next(scaleOf(old, rules))),
    admits: {operation: 'UPDATE', show: (object) => scaleOf(object, rules) as KubeObject},
  })
  await backend.objects.prepare(kind, [entry])
  return {type: 'object', status: 200, object: scaleOf(backend.objects.object(kind, entry), rules)}
}
