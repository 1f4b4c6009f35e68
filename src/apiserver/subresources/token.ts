// serviceaccounts/token: a token for the account, bound to a pod, a secret or a node where that is asked for.
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import {nodes, pods, secrets} from '../../api/resources.ts'
import {definition} from '../../api/schema/definitions.ts'
import type {AuthenticationTokenRequest, BoundObjectReference, Pod} from '../../api/schema/types.gen.ts'
import type {Backend} from '../backend.ts'
import {badRequest, conflict, notFound} from '../errors.ts'
import {existing} from '../handlers/get.ts'
import {objectKey} from '../registry/keys.ts'
import {readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import {timestamp} from '../timestamp.ts'
import {admitPart} from './connect.ts'
import type {SubresourceHandler} from './index.ts'

const group = 'authentication.k8s.io'
const shortestSeconds = 600
const usualSeconds = 3600

const validate = (request: AuthenticationTokenRequest): void => {
  const errors = new FieldErrors()
  const seconds = request.spec?.expirationSeconds ?? usualSeconds
  if (seconds < shortestSeconds)
    errors.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')
  if (seconds > 2 ** 32)
    errors.invalid('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds')
  if (errors.list.length > 0) throw invalidObject({group, kind: 'TokenRequest'}, '', errors.list)
}

const boundKinds: Readonly<Record<string, Resource>> = {Pod: pods, Secret: secrets, Node: nodes}

interface Bound {
  readonly field: 'pod' | 'secret' | 'node'
  readonly reference: {readonly name: string; readonly uid: string}
  readonly nodeName?: string | undefined
}

const find = (
  backend: Backend,
  resource: Resource,
  namespace: string,
  name: string,
): DeepReadonly<KubeObject> | undefined => {
  const entry = backend.store.get(objectKey(resource, namespace, name))
  return entry && backend.objects.stored(entry)
}

const boundTo = (backend: Backend, ref: BoundObjectReference, namespace: string, account: string): Bound => {
  const {kind = '', name = '', uid = ''} = ref
  const resource = boundKinds[kind]
  if (!resource)
    throw badRequest(
      `cannot bind token for serviceaccount "${account}" to object type ${ref.apiVersion ?? ''}, Kind=${kind}`,
    )
  const object = find(backend, resource, resource.namespaced ? namespace : '', name)
  if (!object) throw notFound(resource, name)
  const is = object.metadata?.uid ?? ''
  if (uid !== '' && uid !== is)
    throw conflict(
      resource,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  const pod = object as DeepReadonly<Pod>
  if (kind === 'Pod' && (pod.spec?.serviceAccountName ?? '') !== account)
    throw badRequest(
      `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`,
    )
  return {
    field: kind === 'Pod' ? 'pod' : kind === 'Secret' ? 'secret' : 'node',
    reference: {name, uid: is},
    ...(kind === 'Pod' && pod.spec?.nodeName ? {nodeName: pod.spec.nodeName} : {}),
  }
}

export const createToken: SubresourceHandler = async (backend, call, kind) => {
  const {namespace, name} = call.info
  const options = writeOptions(call, 'CreateOptions')
  const schema = definition('io.k8s.api.authentication.v1.TokenRequest')
  const request = await readObject<AuthenticationTokenRequest>(
    call,
    {group, version: 'v1', kind: 'TokenRequest', schema},
    options.fieldValidation,
  )
  const account = backend.objects.object(kind, existing(backend, kind, namespace, name))
  const spec = (request.spec ??= {audiences: []})
  if ((spec.audiences ?? []).length === 0) spec.audiences = [backend.tokens.issuer]
  spec.expirationSeconds ??= usualSeconds
  validate(request)
  const object = request as KubeObject
  await admitPart(backend, call, kind, {operation: 'CREATE', object, dryRun: options.dryRun, options: options.raw})
  const bound = spec.boundObjectRef ? boundTo(backend, spec.boundObjectRef, namespace, name) : undefined
  const node = bound?.nodeName === undefined ? undefined : find(backend, nodes, '', bound.nodeName)
  const {token, expiresMs} = await backend.tokens.sign({
    namespace,
    account: {name, uid: account.metadata.uid},
    audiences: spec.audiences ?? [],
    expiresInSeconds: spec.expirationSeconds,
    ...(bound ? {[bound.field]: bound.reference} : {}),
    ...(bound?.nodeName ? {node: {name: bound.nodeName, uid: node?.metadata?.uid ?? ''}} : {}),
  })
  return {
    type: 'object',
    status: 201,
    object: {
      kind: 'TokenRequest',
      apiVersion: `${group}/v1`,
      metadata: {
        name,
        namespace,
        uid: account.metadata.uid,
        creationTimestamp: timestamp(backend.clock.now()),
      },
      spec: {
        audiences: spec.audiences ?? [],
        expirationSeconds: spec.expirationSeconds,
        boundObjectRef: spec.boundObjectRef ?? null,
      },
      status: {token, expirationTimestamp: timestamp(expiresMs)},
    } as KubeObject,
  }
}
