import {ApiError} from '../../api/errors.ts'
import type {Kind, Subresource} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {applyPatch, type PatchType} from '../../api/patch/apply-patch.ts'
import type {Backend} from '../backend.ts'
import type {Shared} from '../registry/objects.ts'
import {readBody} from '../request/body.ts'
import {settleNamespace} from '../request/body-rules.ts'
import type {Call} from '../request/call.ts'
import {mediaTypeOf} from '../request/object.ts'
import {type WriteOptions, writeOptions} from '../request/write-options.ts'
import type {Answer} from '../respond/answer.ts'
import {apply} from './apply.ts'
import {changeObject} from './change.ts'

const types: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

export interface PatchTarget {
  readonly name: string
  readonly rules: Subresource
}

const keepsName = ({metadata}: KubeObject, current: KubeObject): void => {
  const said = metadata?.name ?? ''
  const name = current.metadata?.name ?? ''
  if (said !== '' && said !== name)
    throw new ApiError('BadRequest', `the name of the object (${said}) does not match the name on the URL (${name})`)
}

/** How one kind of patch makes the next object out of the current one. */
export const patcher = async (
  call: Call,
  kind: Kind,
  options: WriteOptions,
): Promise<(current: KubeObject | Shared) => KubeObject> => {
  const type = types[mediaTypeOf(call)]
  if (!type) throw new ApiError('UnsupportedMediaType', '415: Unsupported Media Type', {details: {}})
  const text = (await readBody(call.request)).toString('utf8')
  return (current) => {
    const {object, warnings} = applyPatch({
      type,
      text,
      current: current as KubeObject,
      resource: kind.resource,
      schema: kind.schema,
      custom: kind.custom,
      fieldValidation: options.fieldValidation,
    })
    for (const warning of warnings) call.warnings.add(warning)
    keepsName(object, current as KubeObject)
    return object
  }
}

export const patch = async (
  backend: Backend,
  call: Call,
  kind: Kind,
  subresource?: PatchTarget | undefined,
): Promise<Answer> => {
  if (mediaTypeOf(call) === 'application/apply-patch+yaml') return apply(backend, call, kind, subresource)
  const options = writeOptions(call, 'PatchOptions')
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const next = await patcher(call, kind, options)
  const entry = await changeObject({
    backend,
    call,
    kind,
    namespace,
    name: call.info.name,
    options,
    subresource,
    next: (old) => {
      const object = next(old)
      settleNamespace(kind, object, namespace)
      return object
    },
  })
  return {type: 'entry', status: 200, kind, entry}
}
