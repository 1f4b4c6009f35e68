// can-i --list: the rules that hold for us, one resource a line.
import {pathOf} from '../../../api/resource.ts'
import {selfSubjectRulesReviews} from '../../../api/resources.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'
import {at, listAt, type Obj, textAt, textsAt} from '../../objects.ts'
import {breakDown, compact, type Rule, ruleText} from '../../rbac/rules.ts'
import {getJson} from '../../request.ts'
import type {CanI} from './can-i.ts'

const bracketed = (values: readonly string[]): string => `[${values.join(' ')}]`

const resourceText = ({resources, apiGroups}: Rule): string => {
  const [resource] = resources
  if (resource === undefined) return ''
  const [name = '', ...sub] = resource.split('/')
  const group = apiGroups[0] ? `.${apiGroups[0]}` : ''
  return [`${name}${group}`, ...sub].join('/')
}

const rulesOf = (review: Obj): Rule[] => [
  ...listAt(review, 'status', 'resourceRules').map((rule) => ({
    verbs: textsAt(rule, 'verbs'),
    apiGroups: textsAt(rule, 'apiGroups'),
    resources: textsAt(rule, 'resources'),
    resourceNames: textsAt(rule, 'resourceNames'),
    nonResourceURLs: [],
  })),
  ...listAt(review, 'status', 'nonResourceRules').map((rule) => ({
    verbs: textsAt(rule, 'verbs'),
    apiGroups: [],
    resources: [],
    resourceNames: [],
    nonResourceURLs: textsAt(rule, 'nonResourceURLs'),
  })),
]

const byText = (one: Rule, other: Rule): number => (ruleText(one) < ruleText(other) ? -1 : 1)

export const listAllowed = async (invocation: CanI): Promise<number> => {
  const {flags: own, io, connect} = invocation
  const {client, namespace} = await connect()
  const review = await getJson<Obj>(client, pathOf(selfSubjectRulesReviews, {}), {
    method: 'POST',
    body: {apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: {namespace}},
  })
  if (at(review, 'status', 'incomplete') === true)
    io.err(`warning: the list may be incomplete: ${textAt(review, 'status', 'evaluationError')}\n`)
  const rules = compact(rulesOf(review).flatMap(breakDown)).toSorted(byText)
  const rows = rules.map((rule) =>
    [resourceText(rule), bracketed(rule.nonResourceURLs), bracketed(rule.resourceNames), bracketed(rule.verbs)].join(
      '\t',
    ),
  )
  const head = own['no-headers'] ? [] : ['Resources\tNon-Resource URLs\tResource Names\tVerbs']
  io.out(alignTabs([...head, ...rows].map((line) => `${line}\n`).join(''), tableTabs))
  return 0
}
