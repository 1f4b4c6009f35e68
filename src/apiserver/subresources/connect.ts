// Connections are admitted like writes: what is asked for is an object of its own (PodExecOptions and its like).
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {AdmissionRequest} from '../admission/contract.ts'
import type {Backend} from '../backend.ts'
import type {Call} from '../request/call.ts'
import {boolParameter} from '../request/query.ts'

/** The usual streams where nobody says otherwise. */
const streamsOf = (query: URLSearchParams): object =>
  Object.fromEntries(
    ['stdin', 'stdout', 'stderr', 'tty']
      .filter((stream) => boolParameter(query, stream))
      .map((stream) => [stream, true]),
  )

const containerOf = (query: URLSearchParams): object => {
  const container = query.get('container')
  return container ? {container} : {}
}

const optionsOf = (plural: string, subresource: string, {query, rest}: Call['info']): object => {
  if (subresource === 'proxy') return rest === '' ? {} : {path: rest}
  if (plural !== 'pods') return {}
  if (subresource === 'portforward') {
    const ports = query.getAll('ports').flatMap((text) => text.split(',').map(Number))
    return ports.length > 0 ? {ports} : {}
  }
  const command = query.getAll('command')
  return {...streamsOf(query), ...containerOf(query), ...(command.length > 0 ? {command} : {})}
}

type Part = Pick<AdmissionRequest, 'operation' | 'object' | 'dryRun' | 'options'>

/** What is asked of a subresource, as an object of its own. Throws ApiError where admission says no. */
export const admitPart = async (backend: Backend, call: Call, kind: Kind, part: Part): Promise<void> => {
  const {subresource, namespace, name} = call.info
  const request: AdmissionRequest = {
    ...part,
    kind,
    subresource,
    namespace: namespace === '' ? undefined : namespace,
    name,
    user: call.user,
    warn: (text) => call.warnings.add(text),
    annotate: (key, value) => call.annotations.set(key, value),
  }
  await backend.admission.mutate(request)
  await backend.admission.validate(request)
}

/** Throws ApiError where admission says no. */
export const admitConnect = async (backend: Backend, call: Call, kind: Kind): Promise<void> => {
  const {subresource} = call.info
  const speaks = kind.subresources[subresource]?.speaks
  const {group, version, kind: type} = speaks ?? kind.resource
  const object = {
    kind: type,
    apiVersion: group === '' ? version : `${group}/${version}`,
    ...optionsOf(kind.resource.plural, subresource, call.info),
  } as KubeObject
  await admitPart(backend, call, kind, {operation: 'CONNECT', object, dryRun: false, options: {}})
}
