// Says of each policy which generation of it was looked at, and where its expressions do not fit the kinds it is about.
import {typeOfSchema} from '../api/cel/object-type.ts'
import {compilePolicy} from '../api/cel/policy-program.ts'
import {customKinds} from '../api/custom/kind.ts'
import type {Kind} from '../api/kind.ts'
import {kinds} from '../api/kinds/index.ts'
import type {DeepReadonly} from '../api/object.ts'
import {customResourceDefinitions, validatingAdmissionPolicies} from '../api/resources.ts'
import type {
  CustomResourceDefinition,
  ExpressionWarning,
  ValidatingAdmissionPolicySpec,
} from '../api/schema/types.gen.ts'
import {type ControllerSpec, watching} from '../reconcile/contract.ts'

type Spec = DeepReadonly<ValidatingAdmissionPolicySpec>

const mostKinds = 10

/** Wildcards and subresources are not looked at. */
const exact = (words: readonly string[] | undefined): readonly string[] =>
  words?.includes('*') ? [] : (words ?? []).filter((word) => !/[*/]/.test(word))

const nameOf = ({resource}: Kind): string => `${resource.group}/${resource.version}, Kind=${resource.kind}`

const kindsAbout = ({matchConstraints}: Spec, all: readonly Kind[]): readonly Kind[] => {
  const found = new Set<Kind>()
  for (const {apiGroups, apiVersions, resources} of matchConstraints?.resourceRules ?? []) {
    const [groups, versions, plurals] = [exact(apiGroups), exact(apiVersions), exact(resources)]
    for (const kind of all) {
      const {group, version, plural} = kind.resource
      if (groups.includes(group) && versions.includes(version) && plurals.includes(plural)) found.add(kind)
    }
  }
  return [...found].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).slice(0, mostKinds)
}

const failed = 'compilation failed: '

/** Each expression once, with a line for each kind that it does not fit. */
export const warningsFor = (spec: Spec, all: readonly Kind[]): ExpressionWarning[] => {
  const warnings = new Map<string, string[]>()
  for (const kind of kindsAbout(spec, all))
    for (const {test, message} of compilePolicy(spec, typeOfSchema(kind.schema)).validations)
      for (const expression of [test, message])
        if (expression?.problem?.startsWith(failed)) {
          const lines = warnings.get(expression.at) ?? []
          lines.push(`${nameOf(kind)}: ${expression.problem.slice(failed.length)}`)
          warnings.set(expression.at, lines)
        }
  return [...warnings].map(([fieldRef, lines]) => ({fieldRef, warning: lines.join('\n')}))
}

export const validatingAdmissionPolicyStatus: ControllerSpec = {
  name: 'validatingadmissionpolicy-status-controller',
  identity: 'validatingadmissionpolicy-status-controller',
  watches: [
    watching({resource: validatingAdmissionPolicies}),
    watching({resource: customResourceDefinitions, toKeys: () => []}),
  ],
  reconcile: async (name, {cache, client}) => {
    const policy = cache(validatingAdmissionPolicies).getByKey(name)
    const generation = policy?.metadata.generation
    if (!policy || generation === undefined || policy.status?.observedGeneration === generation) return
    const definitions = cache(customResourceDefinitions).list() as unknown as readonly CustomResourceDefinition[]
    const warnings = warningsFor(policy.spec ?? {}, [...kinds, ...definitions.flatMap((crd) => customKinds(crd))])
    const typeChecking = warnings.length > 0 ? {expressionWarnings: warnings} : {}
    const body = {status: {observedGeneration: generation, typeChecking}}
    await client.patch(validatingAdmissionPolicies, {name}, {type: 'merge', body}, {subresource: 'status'})
  },
}
