import type {Kind} from '../../api/kind.ts'
import type {Entry, Revision} from '../../store/contract.ts'
import {CompactedError} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {expired, notFound} from '../errors.ts'
import {objectKey, storedResource} from '../registry/keys.ts'
import {waitForRevision} from '../registry/wait.ts'
import type {Call} from '../request/call.ts'
import type {Answer} from '../respond/answer.ts'

/** Throws NotFound. */
export const existing = (backend: Backend, kind: Kind, namespace: string, name: string): Entry =>
  found(backend.store.get(objectKey(storedResource(kind), namespace, name)), kind, name)

const found = (entry: Entry | undefined, kind: Kind, name: string): Entry => {
  if (!entry) throw notFound(kind.resource, name)
  return entry
}

/** As it was then. */
const past = (backend: Backend, kind: Kind, call: Call, revision: Revision): Entry => {
  const {namespace, name} = call.info
  const key = objectKey(storedResource(kind), kind.resource.namespaced ? namespace : '', name)
  try {
    return found(backend.store.get(key, revision), kind, name)
  } catch (error) {
    if (error instanceof CompactedError) throw expired('The resourceVersion for the provided object is too old.')
    throw error
  }
}

export const get = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const {namespace, name, query} = call.info
  const version = query.get('resourceVersion')
  if (version && version !== '0') {
    await waitForRevision(backend, Number(version))
    if (query.get('resourceVersionMatch') === 'Exact')
      return {type: 'entry', status: 200, kind, entry: past(backend, kind, call, Number(version))}
  }
  return {
    type: 'entry',
    status: 200,
    kind,
    entry: existing(backend, kind, kind.resource.namespaced ? namespace : '', name),
  }
}
