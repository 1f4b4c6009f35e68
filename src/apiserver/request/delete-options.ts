// DeleteOptions, from the body or the query.
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import {definition} from '../../api/schema/definitions.ts'
import {isProtobuf, openEnvelope} from '../../api/schema/protobuf.ts'
import type {DeleteOptions as Body} from '../../api/schema/types.gen.ts'
import {readBody} from './body.ts'
import {type Call, headerOf} from './call.ts'
import {readObject} from './object.ts'
import {boolParameter, intParameter} from './query.ts'
import {optionsResource, validateDryRun} from './write-options.ts'

export type Propagation = 'Background' | 'Foreground' | 'Orphan'

export interface DeleteOptions {
  readonly dryRun: boolean
  readonly gracePeriodSeconds: number | undefined
  readonly orphanDependents: boolean | undefined
  readonly propagationPolicy: Propagation | undefined
  readonly uid: string | undefined
  readonly resourceVersion: string | undefined
  readonly raw: Readonly<Record<string, unknown>>
}

const policies: readonly string[] = ['Foreground', 'Background', 'Orphan']

const validate = (body: Body): void => {
  const errors = new FieldErrors()
  const policy = body.propagationPolicy
  if (policy !== undefined && body.orphanDependents !== undefined)
    errors.invalid('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set')
  else if (policy !== undefined && policy !== '' && !policies.includes(policy))
    errors.add(
      'FieldValueNotSupported',
      'propagationPolicy',
      `${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    )
  validateDryRun(body.dryRun ?? [], errors)
  if (errors.list.length > 0) throw invalidObject(optionsResource('DeleteOptions'), '', errors.list)
}

const fromQuery = (query: URLSearchParams): Body => {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '')
  const grace = intParameter(query, 'gracePeriodSeconds')
  const orphan = boolParameter(query, 'orphanDependents')
  const policy = query.get('propagationPolicy')
  const body: Body = {}
  if (dryRun.length > 0) body.dryRun = dryRun
  if (grace !== undefined) body.gracePeriodSeconds = grace
  if (orphan !== undefined) body.orphanDependents = orphan
  if (policy) body.propagationPolicy = policy
  return body
}

const expected = {group: '', version: 'v1', kind: 'DeleteOptions'}

/** Any group may speak of DeleteOptions as its own. */
const readOptions = async (call: Call): Promise<Body> => {
  const bytes = await readBody(call.request)
  if (bytes.length === 0) return fromQuery(call.info.query)
  const schema = definition('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')
  const request = {...call.request, body: bytes}
  const type = headerOf(call, 'content-type')
  const version = spokenVersion(bytes)
  const {group, version: spoken} = version ? splitOf(version) : {group: '', version: 'v1'}
  return readObject<Body>(
    {...call, request: {...request, headers: {...request.headers, 'content-type': type}}},
    {...expected, group, version: spoken, schema},
    'Ignore',
  )
}

const spokenVersion = (bytes: Buffer): string | undefined =>
  isProtobuf(bytes)
    ? openEnvelope(bytes).apiVersion
    : /["']?apiVersion["']?\s*:\s*["']?([^"'\s,}]*)/.exec(bytes.toString('utf8'))?.[1]

const splitOf = (apiVersion: string): {group: string; version: string} => {
  const [group = '', version] = apiVersion.split('/')
  return version === undefined ? {group: '', version: group} : {group, version}
}

export const deleteOptions = async (call: Call): Promise<DeleteOptions> => {
  const body = await readOptions(call)
  validate(body)
  const grace = body.gracePeriodSeconds
  return {
    dryRun: (body.dryRun ?? []).includes('All'),
    // A negative grace period means one second.
    gracePeriodSeconds: grace !== undefined && grace < 0 ? 1 : grace,
    orphanDependents: body.orphanDependents,
    propagationPolicy: body.propagationPolicy ? (body.propagationPolicy as Propagation) : undefined,
    uid: body.preconditions?.uid,
    resourceVersion: body.preconditions?.resourceVersion,
    raw: {...body, kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1'},
  }
}
