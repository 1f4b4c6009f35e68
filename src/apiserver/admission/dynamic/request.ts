// The AdmissionRequest that webhooks are sent and expressions see.
import {randomUUID} from 'node:crypto'
import {toCel} from '../../../api/cel/values.ts'
import {namespaces} from '../../../api/resources.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'

const optionsKinds: Readonly<Record<string, string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
}

export const admissionRequestOf = (request: AdmissionRequest): Record<string, unknown> => {
  const {operation, object, old, subresource, user, dryRun} = request
  const {group, version, kind, plural} = request.kind.resource
  const gvk = {group, version, kind}
  const gvr = {group, version, resource: plural}
  const {name, groups, uid, extra} = user
  return {
    uid: randomUUID(),
    kind: gvk,
    resource: gvr,
    ...(subresource ? {subResource: subresource} : {}),
    requestKind: gvk,
    requestResource: gvr,
    ...(subresource ? {requestSubResource: subresource} : {}),
    ...(request.name ? {name: request.name} : {}),
    ...(request.namespace ? {namespace: request.namespace} : {}),
    operation,
    userInfo: {username: name, ...(uid ? {uid} : {}), groups: [...groups], ...(extra ? {extra} : {})},
    object: object ?? null,
    oldObject: old ?? null,
    dryRun,
    options: {kind: optionsKinds[operation] ?? 'CreateOptions', apiVersion: 'meta.k8s.io/v1', ...request.options},
  }
}

/** Variables of expressions in policies and match conditions. */
export const celVariables = (request: AdmissionRequest, context: AdmissionContext): Record<string, unknown> => {
  const {object, oldObject, ...rest} = admissionRequestOf(request)
  const namespace = request.namespace ? context.get(namespaces, {name: request.namespace}) : undefined
  return {
    object: toCel(object),
    oldObject: toCel(oldObject),
    request: toCel(rest),
    namespaceObject: namespace ? toCel(namespace) : null,
    params: null,
  }
}
