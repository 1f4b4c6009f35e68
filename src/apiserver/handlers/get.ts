import type {Kind} from '../../api/kind.ts'
import type {Entry} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {notFound} from '../errors.ts'
import {objectKey, storedResource} from '../registry/keys.ts'
import {waitForRevision} from '../registry/wait.ts'
import type {Call} from '../request/call.ts'
import type {Answer} from '../respond/answer.ts'

/** Throws NotFound. */
export const existing = (backend: Backend, kind: Kind, namespace: string, name: string): Entry => {
  const entry = backend.store.get(objectKey(storedResource(kind), namespace, name))
  if (!entry) throw notFound(kind.resource, name)
  return entry
}

export const get = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const {namespace, name, query} = call.info
  const version = query.get('resourceVersion')
  if (version && version !== '0') await waitForRevision(backend, Number(version))
  return {
    type: 'entry',
    status: 200,
    kind,
    entry: existing(backend, kind, kind.resource.namespaced ? namespace : '', name),
  }
}
