// What expressions of admission policies and match conditions may name.
import {environmentOf} from './compile.ts'
import type {Environment} from './language/environment.ts'
import {listType, mapType, opaqueType, structType, type Type, types} from './language/type.ts'

type Fields = Readonly<Record<string, Type>>

const struct = (name: string, fields: Fields): Type =>
  structType(name, (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined))

const text = types.string
const texts = mapType(text, text)

const groupVersionKind = struct('kubernetes.GroupVersionKind', {group: text, version: text, kind: text})
const groupVersionResource = struct('kubernetes.GroupVersionResource', {group: text, version: text, resource: text})

const request = struct('kubernetes.AdmissionRequest', {
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: text,
  requestKind: groupVersionKind,
  requestResource: groupVersionResource,
  requestSubResource: text,
  name: text,
  namespace: text,
  operation: text,
  userInfo: struct('kubernetes.UserInfo', {
    username: text,
    uid: text,
    groups: listType(text),
    extra: mapType(text, listType(text)),
  }),
  dryRun: types.bool,
  options: types.dyn,
})

const namespace = struct('kubernetes.Namespace', {
  metadata: struct('kubernetes.NamespaceMetadata', {
    name: text,
    generateName: text,
    namespace: text,
    labels: texts,
    annotations: texts,
    UID: text,
    creationTimestamp: types.timestamp,
    deletionGracePeriodSeconds: types.int,
    deletionTimestamp: types.timestamp,
    generation: types.int,
    resourceVersion: text,
    finalizers: listType(text),
  }),
  spec: struct('kubernetes.NamespaceSpec', {finalizers: listType(text)}),
  status: struct('kubernetes.NamespaceStatus', {phase: text}),
})

/** What a mutation makes: any object, part by part, and operations of a JSON patch. */
const madeTypes = (name: string): Type | undefined => {
  if (name === 'JSONPatch') return jsonPatchType
  return /^Object(\.\w+)*$/.test(name) ? structType(name, () => types.dyn) : undefined
}

export const objectType = structType('Object', () => types.dyn)
export const jsonPatchType = struct('JSONPatch', {op: text, path: text, from: text, value: types.dyn})

export interface PolicyScope {
  readonly hasParams: boolean
  readonly hasAuthorizer: boolean
  readonly hasPatchTypes?: boolean | undefined
  /** Variables of the policy that are known so far. Absent: there are none to speak of. */
  readonly variables?: ReadonlyMap<string, Type> | undefined
  /** The object, where it is known what it is. */
  readonly object?: Type | undefined
}

export const policyEnvironment = (scope: PolicyScope): Environment => {
  const {hasParams, hasAuthorizer, hasPatchTypes, variables, object = types.dyn} = scope
  return environmentOf({
    variables: new Map<string, Type>([
      ['object', object],
      ['oldObject', object],
      ['request', request],
      ['namespaceObject', namespace],
      ...(hasParams ? [['params', types.dyn] as const] : []),
      ...(variables ? [['variables', structType('kubernetes.variables', (name) => variables.get(name))] as const] : []),
      ...(hasAuthorizer
        ? ([
            ['authorizer', opaqueType('kubernetes.authorization.Authorizer')],
            ['authorizer.requestResource', opaqueType('kubernetes.authorization.ResourceCheck')],
          ] as const)
        : []),
    ]),
    struct: hasPatchTypes ? madeTypes : undefined,
  })
}
