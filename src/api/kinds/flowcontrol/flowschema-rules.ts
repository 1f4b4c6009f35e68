// Which requests a FlowSchema is about, and the priority level they get.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dnsLabel} from '../../meta/names.ts'
import type {
  FlowcontrolSubject,
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
} from '../../schema/types.gen.ts'
import {checkLabelName, checkRequired, checkSubdomain} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']

/** Each kind of subject has a field of its own, and only that. */
const subjectFields = {Group: 'group', ServiceAccount: 'serviceAccount', User: 'user'} as const
type SubjectKind = keyof typeof subjectFields
const subjectKinds = Object.keys(subjectFields) as SubjectKind[]

const validateSubject = (subject: FlowcontrolSubject, path: string, errors: FieldErrors): void => {
  const kind = subjectKinds.find((each) => each === subject.kind)
  if (!kind) {
    errors.notSupported(`${path}.kind`, subject.kind ?? '', subjectKinds)
    return
  }
  const field = subjectFields[kind]
  const own = subject[field]
  if (!own) errors.required(`${path}.${field}`, `${field} is required when subject kind is '${kind}'`)
  else if (checkRequired(own.name, `${path}.${field}.name`, errors) && kind === 'ServiceAccount' && own.name !== '*')
    checkSubdomain(own.name, `${path}.${field}.name`, errors)
  const {serviceAccount} = subject
  const isRequired = 'must specify namespace for service account'
  if (kind === 'ServiceAccount' && serviceAccount)
    if (checkRequired(serviceAccount.namespace, `${path}.serviceAccount.namespace`, errors, isRequired))
      checkLabelName(serviceAccount.namespace, `${path}.serviceAccount.namespace`, errors)
  for (const other of subjectKinds)
    if (other !== kind && subject[subjectFields[other]])
      errors.forbidden(
        `${path}.${subjectFields[other]}`,
        `${subjectFields[other]} is forbidden when subject kind is not '${other}'`,
      )
}

interface Listed {
  readonly values: readonly string[] | undefined
  /** In the complaint about an empty list, and about others beside `*`. */
  readonly empty: string
  readonly others: string
}

/** True when there are values and none of them is the wildcard. */
const checkList = ({values = [], empty, others}: Listed, path: string, errors: FieldErrors): boolean => {
  if (values.length === 0) errors.required(path, empty)
  const isAny = values.includes('*')
  if (isAny && values.length > 1) errors.invalid(path, values, `if '*' is present, must not specify other ${others}`)
  return values.length > 0 && !isAny
}

const checkVerbs = (values: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  const isNamed = checkList({values, empty: 'verbs must contain at least one value', others: 'verbs'}, path, errors)
  if (isNamed && values?.some((verb) => !verbs.includes(verb))) errors.notSupported(path, values, verbs)
}

const pathProblem = (path: string): string | undefined => {
  if (path === '') return 'must not be empty'
  if (path === '/') return undefined
  if (!path.startsWith('/')) return 'must start with slash'
  if (path.includes(' ')) return 'must not contain white-space'
  if (path.includes('//')) return 'must not contain double slash'
  const stars = path.split('*').length - 1
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

const validatePaths = (rule: NonResourcePolicyRule, path: string, errors: FieldErrors): void => {
  checkVerbs(rule.verbs, `${path}.verbs`, errors)
  const list = {
    values: rule.nonResourceURLs,
    empty: 'nonResourceURLs must contain at least one value',
    others: 'non-resource URLs',
  }
  if (!checkList(list, `${path}.nonResourceURLs`, errors)) return
  for (const [index, url] of (rule.nonResourceURLs ?? []).entries()) {
    const problem = pathProblem(url)
    if (problem !== undefined) errors.invalid(`${path}.nonResourceURLs[${index}]`, url, problem)
  }
}

const validateResources = (rule: ResourcePolicyRule, path: string, errors: FieldErrors): void => {
  checkVerbs(rule.verbs, `${path}.verbs`, errors)
  const groups = {
    values: rule.apiGroups,
    empty: 'resource rules must supply at least one api group',
    others: 'api groups',
  }
  checkList(groups, `${path}.apiGroups`, errors)
  const resources = {
    values: rule.resources,
    empty: 'resource rules must supply at least one resource',
    others: 'resources',
  }
  checkList(resources, `${path}.resources`, errors)
  if (!rule.namespaces?.length && rule.clusterScope) return
  const namespaces = {
    values: rule.namespaces,
    empty: 'resource rules that are not cluster scoped must supply at least one namespace',
    others: 'namespaces',
  }
  if (!checkList(namespaces, `${path}.namespaces`, errors)) return
  for (const [index, namespace] of (rule.namespaces ?? []).entries())
    for (const complaint of dnsLabel(namespace))
      errors.invalid(
        `${path}.namespaces[${index}]`,
        namespace,
        `each member of this list must be '*' or a DNS-1123 label; ${complaint}`,
      )
}

const validateRule = (rule: PolicyRulesWithSubjects, path: string, errors: FieldErrors): void => {
  const {subjects = [], resourceRules = [], nonResourceRules = []} = rule
  if (subjects.length === 0) errors.required(`${path}.subjects`, 'subjects must contain at least one value')
  for (const [at, subject] of subjects.entries()) validateSubject(subject, `${path}.subjects[${at}]`, errors)
  if (resourceRules.length + nonResourceRules.length === 0)
    errors.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')
  for (const [at, each] of resourceRules.entries()) validateResources(each, `${path}.resourceRules[${at}]`, errors)
  for (const [at, each] of nonResourceRules.entries()) validatePaths(each, `${path}.nonResourceRules[${at}]`, errors)
}

const distinguishers = ['ByNamespace', 'ByUser']

const validate = ({metadata, spec}: FlowSchema, errors: FieldErrors): void => {
  const precedence = spec?.matchingPrecedence ?? 0
  if (precedence <= 0) errors.invalid('spec.matchingPrecedence', precedence, 'must be a positive value')
  if (precedence > 10000) errors.invalid('spec.matchingPrecedence', precedence, 'must not be greater than 10000')
  if (precedence === 1 && metadata?.name !== 'exempt')
    errors.invalid(
      'spec.matchingPrecedence',
      precedence,
      "only the schema named 'exempt' may have matchingPrecedence 1",
    )
  const method = spec?.distinguisherMethod
  if (method && !distinguishers.includes(method.type))
    errors.notSupported('spec.distinguisherMethod.type', method, distinguishers)
  const level = spec?.priorityLevelConfiguration?.name
  if (checkRequired(level, 'spec.priorityLevelConfiguration.name', errors, 'must reference a priority level'))
    checkSubdomain(level, 'spec.priorityLevelConfiguration.name', errors)
  for (const [index, rule] of (spec?.rules ?? []).entries()) validateRule(rule, `spec.rules[${index}]`, errors)
}

export const flowSchemaStrategy: Strategy<FlowSchema> = {
  default: ({spec}) => {
    if (spec) spec.matchingPrecedence ||= 1000
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate,
}
