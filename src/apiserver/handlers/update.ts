import type {Kind, Subresource} from '../../api/kind.ts'
import type {Backend} from '../backend.ts'
import {keyFor} from '../registry/commit.ts'
import {copyOf} from '../registry/freeze.ts'
import {checkName, settleNamespace} from '../request/body-rules.ts'
import type {Call} from '../request/call.ts'
import {readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import type {Answer} from '../respond/answer.ts'
import {changeObject} from './change.ts'
import {createObject} from './create.ts'

export const update = async (
  backend: Backend,
  call: Call,
  kind: Kind,
  subresource?: {readonly name: string; readonly rules: Subresource},
): Promise<Answer> => {
  const options = writeOptions(call, 'UpdateOptions')
  const {name} = call.info
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const object = await readObject(
    call,
    {...kind.resource, schema: kind.schema, custom: kind.custom},
    options.fieldValidation,
  )
  checkName(object, name)
  settleNamespace(kind, object, namespace)
  const isNew = kind.strategy.createOnUpdate && !subresource && !backend.store.get(keyFor(kind, namespace, name))
  if (isNew && !object.metadata?.resourceVersion) {
    const entry = await createObject({backend, call, kind, namespace, options}, object)
    return {type: 'entry', status: 201, kind, entry}
  }
  let tries = 0
  const entry = await changeObject({
    backend,
    call,
    kind,
    namespace,
    name,
    options,
    subresource,
    requiresUid: true,
    // The first attempt may write to what was decoded for this request; later ones need it as it was.
    next: () => (tries++ === 0 && object.metadata?.resourceVersion ? object : copyOf(object)),
  })
  return {type: 'entry', status: 200, kind, entry}
}
