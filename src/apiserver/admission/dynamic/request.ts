// The AdmissionRequest that webhooks are sent and expressions see.
import {randomUUID} from 'node:crypto'
import {Check} from '../../../api/cel/functions/authorizer.ts'
import {adapt} from '../../../api/cel/values/adapt.ts'
import type {Kind} from '../../../api/kind.ts'
import {namespaces} from '../../../api/resources.ts'
import type {UserInfo} from '../../../api/transport.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'

const optionsKinds: Readonly<Record<string, string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
}

/** A subresource may speak a kind of its own. */
const kindIn = ({resource, subresources}: Kind, subresource: string | undefined) => {
  const speaks = subresource === undefined ? undefined : subresources[subresource]?.speaks
  const {group, version, kind} = speaks ?? resource
  return {group, version, kind}
}

const resourceIn = ({resource}: Kind) => ({group: resource.group, version: resource.version, resource: resource.plural})

export const admissionRequestOf = (request: AdmissionRequest): Record<string, unknown> => {
  const {operation, object, old, subresource, user, dryRun, kind, requested = kind} = request
  const {name, groups, uid, extra} = user
  const options = optionsKinds[operation]
  return {
    uid: randomUUID(),
    kind: kindIn(kind, subresource),
    resource: resourceIn(kind),
    ...(subresource ? {subResource: subresource} : {}),
    requestKind: kindIn(requested, subresource),
    requestResource: resourceIn(requested),
    ...(subresource ? {requestSubResource: subresource} : {}),
    ...(request.name ? {name: request.name} : {}),
    ...(request.namespace ? {namespace: request.namespace} : {}),
    operation,
    userInfo: {username: name, ...(uid ? {uid} : {}), groups: [...groups], ...(extra ? {extra} : {})},
    object: object ?? null,
    oldObject: old ?? null,
    dryRun,
    options: options ? {kind: options, apiVersion: 'meta.k8s.io/v1', ...request.options} : null,
  }
}

const accountUser = ({namespace, name}: {readonly namespace: string; readonly name: string}): UserInfo => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
})

const authorizerFor = ({user}: AdmissionRequest, context: AdmissionContext): Check =>
  new Check(({user: account, verb, path, group = '', resource = '', subresource, namespace, name}) =>
    context.decide(account ? accountUser(account) : user, {verb, path, group, resource, subresource, namespace, name}),
  )

/** Variables of expressions in policies and match conditions. */
export const celVariables = (request: AdmissionRequest, context: AdmissionContext): Record<string, unknown> => {
  const {object, oldObject, ...rest} = admissionRequestOf(request)
  const namespace = request.namespace ? context.get(namespaces, {name: request.namespace}) : undefined
  const authorizer = authorizerFor(request, context)
  const {group, plural} = request.kind.resource
  return {
    object: adapt(object),
    oldObject: adapt(oldObject),
    request: adapt(rest),
    namespaceObject: namespace ? adapt(namespace) : null,
    params: null,
    authorizer,
    'authorizer.requestResource': authorizer.with({
      group,
      resource: plural,
      subresource: request.subresource,
      namespace: request.namespace,
      name: request.name,
    }),
  }
}
