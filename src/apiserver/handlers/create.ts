import {randomUUID} from 'node:crypto'
import {hasReason} from '../../api/errors.ts'
import {invalidObject} from '../../api/field-errors.ts'
import type {Kind} from '../../api/kind.ts'
import {checkedResource, validateNew} from '../../api/kinds/validate.ts'
import type {KubeObject} from '../../api/object.ts'
import {normalize} from '../../api/schema/decode.ts'
import {applyDefaults} from '../../api/schema/defaults.ts'
import {safeName} from '../../lib/random.ts'
import type {AdmissionRequest} from '../admission/contract.ts'
import type {Backend} from '../backend.ts'
import {alreadyExists} from '../errors.ts'
import {commitNew, dryEntry, keyFor, type Written} from '../registry/commit.ts'
import {copyOf} from '../registry/freeze.ts'
import {setManagers, trackUpdate} from '../registry/managers.ts'
import {checkNoVersion, settleNamespace} from '../request/body-rules.ts'
import type {Call} from '../request/call.ts'
import {readObject} from '../request/object.ts'
import {type WriteOptions, writeOptions} from '../request/write-options.ts'
import type {Answer} from '../respond/answer.ts'
import {timestamp} from '../timestamp.ts'

export interface Creation {
  readonly backend: Backend
  readonly call: Call
  readonly kind: Kind
  readonly namespace: string
  readonly options: WriteOptions
  /** How to write managedFields; default: the manager owns everything. */
  readonly track?: ((object: KubeObject) => void) | undefined
}

const nameAttempts = 8
const randomLetters = 5
const longestPrefix = 63 - randomLetters

export const create = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const options = writeOptions(call, 'CreateOptions')
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const object = await readObject(
    call,
    {...kind.resource, schema: kind.schema, custom: kind.custom},
    options.fieldValidation,
  )
  settleNamespace(kind, object, namespace)
  const entry = await createObject({backend, call, kind, namespace, options}, object)
  return {type: 'entry', status: 201, kind, entry}
}

/** Creates a private object that fits the path: new names are tried while a generated one is taken. */
export const createObject = async (creation: Creation, object: KubeObject): Promise<Pick<Written, 'value'>> => {
  checkNoVersion(object)
  const generates = !object.metadata?.name && Boolean(object.metadata?.generateName)
  if (!generates) return attempt(creation, object)
  for (let tried = 1; ; tried++)
    try {
      const prefix = (object.metadata?.generateName ?? '').slice(0, longestPrefix)
      const name = prefix + safeName(creation.backend.random, randomLetters)
      return await attempt(creation, {...copyOf(object), metadata: {...copyOf(object.metadata), name}})
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists') || tried === nameAttempts) throw error
    }
}

const beginLife = ({backend, kind, namespace}: Creation, object: KubeObject): void => {
  const metadata = (object.metadata ??= {})
  if (namespace !== '') metadata.namespace = namespace
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
  metadata.uid = randomUUID()
  metadata.creationTimestamp = timestamp(backend.clock.now())
  if (kind.strategy.generation !== false) metadata.generation = 1
}

/** Managers own what they sent and its defaults, not what admission and the server add. */
const track = (creation: Creation, object: KubeObject): void => {
  const {backend, kind, options} = creation
  const sent = kind.custom ? object : normalize(object, kind.schema)
  if (creation.track) creation.track(sent)
  else trackUpdate(kind, sent, undefined, {name: options.fieldManager, nowMs: backend.clock.now()})
  setManagers(object, sent.metadata?.managedFields)
}

const attempt = async (creation: Creation, object: KubeObject): Promise<Pick<Written, 'value'>> => {
  const {backend, call, kind, namespace, options} = creation
  beginLife(creation, object)
  applyDefaults(object, kind.schema)
  kind.strategy.default?.(object)
  track(creation, object)
  const name = object.metadata?.name ?? ''
  const request: AdmissionRequest = {
    operation: 'CREATE',
    kind,
    namespace: namespace === '' ? undefined : namespace,
    name,
    user: call.user,
    dryRun: options.dryRun,
    object,
    options: options.raw,
    warn: (text) => call.warnings.add(text),
    annotate: (key, value) => call.annotations.set(key, value),
  }
  let stored = false
  try {
    await backend.admission.mutate(request)
    kind.strategy.prepareForCreate?.(object)
    const errors = validateNew(kind, object)
    if (errors.list.length > 0) throw invalidObject(checkedResource(kind), name, errors.list)
    for (const text of kind.strategy.warnings?.(object, undefined) ?? []) call.warnings.add(text)
    await backend.admission.validate(request)
    const made = kind.custom ? object : normalize(object, kind.schema)
    if (options.dryRun) return await dry(creation, made, name)
    const written = await commitNew(backend, kind, made, {namespace, name})
    stored = true
    return written
  } finally {
    await backend.admission.settle(request, stored)
  }
}

const dry = async (
  {backend, kind, namespace}: Creation,
  object: KubeObject,
  name: string,
): Promise<Pick<Written, 'value'>> => {
  if (backend.store.get(keyFor(kind, namespace, name))) throw alreadyExists(kind.resource, name)
  return dryEntry(kind, object)
}
