// MutatingAdmissionPolicy: expressions whose results change an object, as an apply or as a JSON patch.
import {fromCel, toCel} from '../../../api/cel/values.ts'
import type {DeepReadonly, KubeObject} from '../../../api/object.ts'
import {applyJsonPatch, JsonPatchError} from '../../../api/patch/json-patch.ts'
import {applyConfig} from '../../../api/patch/server-side-apply.ts'
import {apiVersionOf} from '../../../api/resource.ts'
import {mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings} from '../../../api/resources.ts'
import type {MutatingAdmissionPolicySpec, Mutation} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden} from '../refuse.ts'
import {isExempt} from './match.ts'
import {conditionsHold, evaluate, isAbout, PolicyError, type Variables, variablesFor} from './policy.ts'

/** The object stays the same one: others hold it. */
export const replaceContents = (object: KubeObject, next: object): void => {
  const target = object as Record<string, unknown>
  for (const key of Object.keys(target)) delete target[key]
  Object.assign(target, next)
}

const merged = (object: KubeObject, config: unknown, {kind}: AdmissionRequest): object => {
  const {managedFields, ...metadata} = object.metadata ?? {}
  const apiVersion = apiVersionOf(kind.resource)
  const stated = config as KubeObject
  const {name, namespace} = metadata
  const result = applyConfig({
    live: {...object, metadata},
    config: {...stated, apiVersion, kind: kind.resource.kind, metadata: {...stated.metadata, name, namespace}},
    schema: kind.schema,
    manager: 'mutating-admission-policy',
    apiVersion,
    force: true,
    timeMs: 0,
  }).object
  return {...result, metadata: {...result.metadata, managedFields}}
}

const patched = (object: KubeObject, operations: unknown): object => {
  try {
    return applyJsonPatch(object, operations as object[]) as object
  } catch (error) {
    if (error instanceof JsonPatchError) throw new PolicyError(`JSON Patch: ${error.message}`, {cause: error})
    throw error
  }
}

const mutateOnce = (mutation: DeepReadonly<Mutation>, variables: Variables, request: AdmissionRequest): void => {
  const {object} = request
  if (!object) return
  const expression = mutation.applyConfiguration?.expression ?? mutation.jsonPatch?.expression ?? ''
  const result = fromCel(evaluate(expression, variables))
  replaceContents(
    object,
    mutation.patchType === 'JSONPatch' ? patched(object, result) : merged(object, result, request),
  )
}

const run = (spec: DeepReadonly<MutatingAdmissionPolicySpec>, all: readonly Variables[], request: AdmissionRequest) => {
  for (const variables of all) {
    if (!conditionsHold(spec.matchConditions, variables)) continue
    for (const mutation of spec.mutations ?? []) {
      mutateOnce(mutation, variables, request)
      variables.object = toCel(request.object)
    }
  }
}

export const mutatingPolicies = (kinds: KindTable): AdmissionStep => ({
  name: 'MutatingAdmissionPolicy',
  handles: (request) => !isExempt(request) && request.operation !== 'DELETE' && request.object !== undefined,
  mutate: (request: AdmissionRequest, context: AdmissionContext) => {
    for (const {metadata, spec: binding} of context.list(mutatingAdmissionPolicyBindings)) {
      const policy = context.get(mutatingAdmissionPolicies, {name: binding?.policyName ?? ''})
      if (!policy?.spec || !binding || !isAbout(policy.spec, binding, request, context)) continue
      try {
        run(policy.spec, variablesFor(policy.spec, binding, request, context, kinds), request)
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error
        if (policy.spec.failurePolicy === 'Ignore') continue
        throw forbidden(
          request,
          `policy '${policy.metadata.name}' with binding '${metadata.name}' denied request: ${error.message}`,
        )
      }
    }
  },
})
