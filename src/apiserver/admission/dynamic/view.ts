// A request as a webhook or a policy sees it: in the version it asked for.
import {decodeCustom} from '../../../api/custom/decode.ts'
import type {Kind} from '../../../api/kind.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../../api/object.ts'
import {decode} from '../../../api/schema/decode.ts'
import {applyDefaults} from '../../../api/schema/defaults.ts'
import {convertObject} from '../../registry/convert.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionRequest} from '../contract.ts'

type Old = DeepReadonly<Stored<KubeObject>>

/** The request itself where its kind is the one that is wanted. */
export const viewAs = async (request: AdmissionRequest, kind: Kind): Promise<AdmissionRequest> => {
  if (kind === request.kind) return request
  const {object, old} = request
  return {
    ...request,
    kind,
    requested: request.kind,
    object: object && (await convertObject(object, request.kind, kind)),
    old: old && ((await convertObject(copyOf(old) as KubeObject, request.kind, kind)) as Old),
  }
}

/** What came out of a mutation, decoded and with its defaults, as if it had been sent. */
export const completed = (value: unknown, {custom, schema, strategy}: Kind): KubeObject => {
  const {object} = (custom ? decodeCustom : decode)<KubeObject>({value}, schema)
  applyDefaults(object, schema)
  strategy.default?.(object)
  return object
}

/** The object stays the same one: others hold it. */
export const replaceContents = (object: KubeObject, next: object): void => {
  const target = object as Record<string, unknown>
  for (const key of Object.keys(target)) delete target[key]
  Object.assign(target, next)
}

/** Brings what was changed in the view back into the request. */
export const takeOver = async (request: AdmissionRequest, view: AdmissionRequest): Promise<void> => {
  if (view === request || !request.object || !view.object) return
  replaceContents(request.object, await convertObject(view.object, view.kind, request.kind))
}
