// MutatingAdmissionPolicy: expressions whose results change an object, as an apply or as a JSON patch.
import {toJson} from '../../../api/cel/values/adapt.ts'
import {deepEqual} from '../../../api/meta/equal.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../../api/object.ts'
import {applyJsonPatch, JsonPatchError} from '../../../api/patch/json-patch.ts'
import {applyConfig} from '../../../api/patch/server-side-apply.ts'
import {apiVersionOf} from '../../../api/resource.ts'
import {mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings} from '../../../api/resources.ts'
import type {MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden} from '../refuse.ts'
import {isExempt} from './match.ts'
import {conditionsHold, type Evaluation, evaluate, evaluationsOf, kindAbout, PolicyError, refresh} from './policy.ts'
import {type Mutator, runRound} from './rounds.ts'
import {completed, replaceContents, takeOver, viewAs} from './view.ts'

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

const mutate = (evaluation: Evaluation, request: AdmissionRequest): void => {
  const {object} = request
  const {program, variables, budget} = evaluation
  if (!object || !conditionsHold(program.conditions, variables, budget)) return
  for (const mutation of program.mutations) {
    const result = toJson(evaluate(mutation, variables, budget))
    const next = mutation.patchType === 'JSONPatch' ? patched(object, result) : merged(object, result, request)
    replaceContents(object, completed(next, request.kind))
    refresh(evaluation, object)
  }
}

interface About {
  readonly policy: DeepReadonly<Stored<MutatingAdmissionPolicy>>
  readonly binding: DeepReadonly<Stored<MutatingAdmissionPolicyBinding>>
}

/** Whether the object changed. */
const run = async (
  {policy, binding}: About,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<boolean> => {
  const kind = kindAbout(policy.spec ?? {}, binding.spec ?? {}, request, context, kinds)
  if (!kind) return false
  const before = copyOf(request.object)
  try {
    const view = await viewAs(request, kind)
    const evaluations = await evaluationsOf(policy, binding.spec ?? {}, view, context, kinds)
    for (const evaluation of evaluations) {
      refresh(evaluation, view.object)
      mutate(evaluation, view)
    }
    await takeOver(request, view)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    if (request.object && before) replaceContents(request.object, before)
    if (policy.spec?.failurePolicy === 'Ignore') return false
    const names = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}'`
    throw forbidden(request, `${names} denied request: ${error.message}`)
  }
  return !deepEqual(before, request.object)
}

const name = 'MutatingAdmissionPolicy'

const mutatorsOf = function* (
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Iterable<Mutator> {
  for (const binding of context.list(mutatingAdmissionPolicyBindings)) {
    const policy = context.get(mutatingAdmissionPolicies, {name: binding.spec?.policyName ?? ''})
    if (!policy?.spec) continue
    yield {
      id: `${policy.metadata.name}/${binding.metadata.name}`,
      isReinvoked: policy.spec.reinvocationPolicy === 'IfNeeded',
      run: () => run({policy, binding}, request, context, kinds),
    }
  }
}

export const mutatingPolicies = (kinds: KindTable): AdmissionStep => ({
  name,
  handles: (request) => !isExempt(request) && request.operation !== 'DELETE' && request.object !== undefined,
  mutate: (request, context) => {
    if (context.list(mutatingAdmissionPolicyBindings).length === 0) return undefined
    return runRound(name, request, mutatorsOf(request, context, kinds))
  },
})
