// Server-side apply: creates what is not there, changes what is.
import {CORE_SCHEMA, load, YAMLException} from 'js-yaml'
import {decodeCustom} from '../../api/custom/decode.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {applyConfig} from '../../api/patch/server-side-apply.ts'
import {apiVersionOf, splitApiVersion} from '../../api/resource.ts'
import {decode, parseBody} from '../../api/schema/decode.ts'
import type {ParsedJson} from '../../api/schema/json.ts'
import {isObject} from '../../api/schema/own.ts'
import {DecodeError} from '../../api/schema/report.ts'
import type {Backend} from '../backend.ts'
import {badRequest, notFound} from '../errors.ts'
import {keyFor} from '../registry/commit.ts'
import {ignoredFields, setManagers} from '../registry/managers.ts'
import type {Shared} from '../registry/objects.ts'
import {objectBody, readBody} from '../request/body.ts'
import {settleNamespace} from '../request/body-rules.ts'
import type {Call} from '../request/call.ts'
import {reportProblems} from '../request/object.ts'
import {type WriteOptions, writeOptions} from '../request/write-options.ts'
import type {Answer} from '../respond/answer.ts'
import {changeObject} from './change.ts'
import {createObject} from './create.ts'
import type {PatchTarget} from './patch.ts'

interface Apply {
  readonly backend: Backend
  readonly call: Call
  readonly kind: Kind
  readonly options: WriteOptions
  readonly config: KubeObject
  readonly subresource?: PatchTarget | undefined
}

const parse = (text: string): ParsedJson => {
  if (text.trimStart().startsWith('{')) return parseBody(text)
  try {
    return {value: load(text, {schema: CORE_SCHEMA, json: true}) ?? null}
  } catch (error) {
    if (!(error instanceof YAMLException) && !(error instanceof RangeError)) throw error
    throw badRequest(`error decoding YAML: ${error.message.split('\n')[0]}`)
  }
}

const readConfig = async (call: Call): Promise<ParsedJson> => {
  const object = objectBody(call.request)
  if (object) return {value: structuredClone(object)}
  try {
    return parse((await readBody(call.request)).toString('utf8'))
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding YAML: ${error.message}`)
    throw error
  }
}

const checkType = (kind: Kind, config: unknown): KubeObject => {
  if (!isObject(config)) throw badRequest('error decoding YAML: the configuration is not an object')
  const apiVersion = apiVersionOf(kind.resource)
  const said = config as KubeObject
  if (said.kind === kind.resource.kind && said.apiVersion === apiVersion) return said
  const {group, version} = splitApiVersion(said.apiVersion ?? '')
  throw badRequest(`invalid object type: ${group}/${version}, Kind=${said.kind ?? ''}`)
}

const appliedTo = ({backend, kind, options, config, subresource}: Apply, live: Shared | undefined) => {
  const {object, managedFields} = applyConfig({
    live: live as KubeObject | undefined,
    config,
    schema: kind.schema,
    manager: options.fieldManager,
    apiVersion: apiVersionOf(kind.resource),
    subresource: subresource?.name,
    force: options.force,
    timeMs: backend.clock.now(),
    ignored: ignoredFields(kind, subresource?.name),
  })
  try {
    return {
      object: (kind.custom ? decodeCustom : decode)<KubeObject>({value: object}, kind.schema).object,
      managedFields,
    }
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message)
    throw error
  }
}

const duplicatesOf = ({duplicates}: ParsedJson): string[] =>
  [...(duplicates?.values() ?? [])].flat().map((key) => `duplicate field ${JSON.stringify(key)}`)

const checkNamespace = (config: KubeObject, namespace: string): void => {
  const said = config.metadata?.namespace ?? ''
  if (said !== '' && said !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

export const apply = async (
  backend: Backend,
  call: Call,
  kind: Kind,
  subresource?: PatchTarget | undefined,
): Promise<Answer> => {
  const options = writeOptions(call, 'PatchOptions', true)
  const {name} = call.info
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const parsed = await readConfig(call)
  const config = checkType(kind, parsed.value)
  reportProblems(call, duplicatesOf(parsed), options.fieldValidation, badRequest)
  const metadata = (config.metadata ??= {})
  metadata.name ??= name
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  checkNamespace(config, namespace)
  const request: Apply = {backend, call, kind, options, config, subresource}
  if (!backend.store.get(keyFor(kind, namespace, name))) return createApplied(request, namespace)
  const found = await changeObject({
    backend,
    call,
    kind,
    namespace,
    name,
    options,
    subresource,
    next: (old) => appliedTo(request, old).object,
    track: (object) => setManagers(object, object.metadata?.managedFields),
  })
  return {type: 'entry', status: 200, kind, entry: found}
}

const createApplied = async (request: Apply, namespace: string): Promise<Answer> => {
  const {backend, call, kind, options, subresource} = request
  if (subresource) throw notFound(kind.resource, call.info.name)
  const {object, managedFields} = appliedTo(request, undefined)
  delete object.metadata?.resourceVersion
  settleNamespace(kind, object, namespace)
  const entry = await createObject(
    {backend, call, kind, namespace, options, track: (made) => setManagers(made, managedFields)},
    object,
  )
  return {type: 'entry', status: 201, kind, entry}
}
