// Which requests a webhook or a policy is about.

import type {Kind} from '../../../api/kind.ts'
import {labelSelector} from '../../../api/meta/label-selector.ts'
import type {DeepReadonly} from '../../../api/object.ts'
import {namespaces} from '../../../api/resources.ts'
import type {LabelSelector} from '../../../api/schema/types.gen.ts'
import type {KindTable} from '../../kind-table.ts'
import {storedResource} from '../../registry/keys.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'

interface Rule {
  readonly apiGroups?: readonly string[] | undefined
  readonly apiVersions?: readonly string[] | undefined
  readonly operations?: readonly string[] | undefined
  readonly resources?: readonly string[] | undefined
  readonly resourceNames?: readonly string[] | undefined
  readonly scope?: string | undefined
}

export interface Constraints {
  readonly rules?: readonly Rule[] | undefined
  readonly excluded?: readonly Rule[] | undefined
  readonly matchPolicy?: string | undefined
  readonly namespaceSelector?: DeepReadonly<LabelSelector> | undefined
  readonly objectSelector?: DeepReadonly<LabelSelector> | undefined
}

const allows = (list: readonly string[] | undefined, value: string): boolean =>
  (list ?? []).some((item) => item === '*' || item === value)

const fitsResource = (pattern: string, plural: string, subresource: string): boolean => {
  const [wanted = '', part] = pattern.split('/')
  if (wanted !== '*' && wanted !== plural) return false
  if (part === undefined) return subresource === ''
  return part === '*' || part === subresource
}

const fitsRule = (rule: Rule, request: AdmissionRequest, {resource}: Kind): boolean => {
  if (!allows(rule.operations, request.operation) || !allows(rule.apiGroups, resource.group)) return false
  if (!allows(rule.apiVersions, resource.version)) return false
  if (rule.scope === 'Namespaced' && !resource.namespaced) return false
  if (rule.scope === 'Cluster' && resource.namespaced) return false
  if (rule.resourceNames && rule.resourceNames.length > 0 && !rule.resourceNames.includes(request.name)) return false
  return (rule.resources ?? []).some((pattern) => fitsResource(pattern, resource.plural, request.subresource ?? ''))
}

const isEmpty = (selector: DeepReadonly<LabelSelector> | undefined): boolean =>
  !selector || (!selector.matchExpressions?.length && Object.keys(selector.matchLabels ?? {}).length === 0)

const fitsNamespace = (
  selector: DeepReadonly<LabelSelector> | undefined,
  request: AdmissionRequest,
  context: AdmissionContext,
): boolean => {
  if (isEmpty(selector)) return true
  const {resource} = request.kind
  if (resource.group === '' && resource.plural === 'namespaces')
    return labelSelector(selector)((request.object ?? request.old)?.metadata?.labels)
  if (!request.namespace) return true
  return labelSelector(selector)(context.get(namespaces, {name: request.namespace})?.metadata.labels)
}

const fitsObject = (selector: DeepReadonly<LabelSelector> | undefined, {object, old}: AdmissionRequest): boolean => {
  if (isEmpty(selector)) return true
  const fits = labelSelector(selector)
  return [object, old].some((candidate) => candidate !== undefined && fits(candidate.metadata?.labels))
}

/** The kind itself, then the same objects under other versions and groups. */
const candidates = ({kind}: AdmissionRequest, {matchPolicy}: Constraints, kinds: KindTable): readonly Kind[] => {
  if (matchPolicy === 'Exact') return [kind]
  const {group, plural} = storedResource(kind)
  const isSame = (other: Kind): boolean => {
    const stored = storedResource(other)
    return stored.group === group && stored.plural === plural
  }
  return [kind, ...kinds.all().filter((other) => other !== kind && isSame(other))]
}

/** The kind under which the request is asked about; undefined: it is not. */
export const matchingKind = (
  constraints: Constraints,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Kind | undefined => {
  const {rules = [], excluded = [], namespaceSelector, objectSelector} = constraints
  const same = candidates(request, constraints, kinds)
  if (same.some((kind) => excluded.some((rule) => fitsRule(rule, request, kind)))) return undefined
  const kind = same.find((candidate) => rules.some((rule) => fitsRule(rule, request, candidate)))
  if (!kind || !fitsNamespace(namespaceSelector, request, context) || !fitsObject(objectSelector, request))
    return undefined
  return kind
}

/** What decides over admission is not subject to it; what is only asked is not stored. */
export const isExempt = ({kind}: AdmissionRequest): boolean =>
  kind.virtual === true || kind.resource.group === 'admissionregistration.k8s.io'
