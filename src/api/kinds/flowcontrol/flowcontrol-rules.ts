// Priority levels and the schemas that assign requests to them. The built-in ones are what they are.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {FlowSchema, PriorityLevelConfiguration} from '../../schema/types.gen.ts'
import {checkNonNegative, checkOneOf, checkRequired, checkSubdomain} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const subjectKinds = ['Group', 'ServiceAccount', 'User']

const validateSchema = ({metadata, spec}: FlowSchema, errors: FieldErrors): void => {
  const precedence = spec?.matchingPrecedence ?? 0
  if (precedence <= 0) errors.invalid('spec.matchingPrecedence', precedence, 'must be a positive value')
  if (precedence > 10000) errors.invalid('spec.matchingPrecedence', precedence, 'must not be greater than 10000')
  if (precedence === 1 && metadata?.name !== 'exempt')
    errors.invalid(
      'spec.matchingPrecedence',
      precedence,
      "only the schema named 'exempt' may have matchingPrecedence 1",
    )
  if (spec?.distinguisherMethod && !['ByNamespace', 'ByUser'].includes(spec.distinguisherMethod.type))
    errors.notSupported('spec.distinguisherMethod', spec.distinguisherMethod as unknown as string, [
      'ByNamespace',
      'ByUser',
    ])
  const level = spec?.priorityLevelConfiguration?.name
  if (checkRequired(level, 'spec.priorityLevelConfiguration.name', errors, 'must reference a priority level'))
    checkSubdomain(level, 'spec.priorityLevelConfiguration.name', errors)
  for (const [index, rule] of (spec?.rules ?? []).entries()) {
    const path = `spec.rules[${index}]`
    if (!rule.subjects?.length) errors.required(`${path}.subjects`, 'subjects must contain at least one value')
    for (const [at, {kind}] of (rule.subjects ?? []).entries())
      checkOneOf(kind, subjectKinds, `${path}.subjects[${at}].kind`, errors)
    if (!rule.resourceRules?.length && !rule.nonResourceRules?.length)
      errors.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')
  }
}

export const flowSchemaStrategy: Strategy<FlowSchema> = {
  default: ({spec}) => {
    if (spec) spec.matchingPrecedence ||= 1000
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: validateSchema,
}

const validateLevel = ({metadata, spec}: PriorityLevelConfiguration, errors: FieldErrors): void => {
  const isExempt = spec?.type === 'Exempt'
  if (isExempt !== (metadata?.name === 'exempt'))
    errors.invalid('spec.type', spec?.type ?? '', "type must be 'Exempt' if and only if name is 'exempt'")
  if (!isExempt && spec?.type !== 'Limited') errors.notSupported('spec.type', spec?.type ?? '', ['Exempt', 'Limited'])
  if (isExempt && spec?.limited) errors.forbidden('spec.limited', 'must be nil if the type is not Limited')
  if (!isExempt && spec?.exempt) errors.forbidden('spec.exempt', 'must be nil if the type is Limited')
  if (isExempt) return
  const limited = spec?.limited
  if (!limited) {
    errors.required('spec.limited', 'must not be empty when type is Limited')
    return
  }
  checkNonNegative(limited.nominalConcurrencyShares, 'spec.limited.nominalConcurrencyShares', errors)
  const response = limited.limitResponse
  const path = 'spec.limited.limitResponse'
  if (response?.type === 'Reject' && response.queuing)
    errors.forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited')
  if (response?.type === 'Queue' && !response.queuing)
    errors.required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')
  if (response?.type !== 'Queue' && response?.type !== 'Reject')
    errors.notSupported(`${path}.type`, response?.type ?? '', ['Queue', 'Reject'])
  const queuing = response?.queuing
  if (!queuing) return
  for (const field of ['queueLengthLimit', 'queues', 'handSize'] as const)
    if ((queuing[field] ?? 0) <= 0) errors.invalid(`${path}.queuing.${field}`, queuing[field] ?? 0, 'must be positive')
  if ((queuing.handSize ?? 0) > (queuing.queues ?? 0))
    errors.invalid(
      `${path}.queuing.handSize`,
      queuing.handSize,
      `should not be greater than queues (${queuing.queues})`,
    )
}

export const priorityLevelStrategy: Strategy<PriorityLevelConfiguration> = {
  default: ({spec}) => {
    if (spec?.exempt) {
      spec.exempt.nominalConcurrencyShares ??= 0
      spec.exempt.lendablePercent ??= 0
    }
    const limited = spec?.limited
    if (!limited) return
    limited.nominalConcurrencyShares ??= 30
    limited.lendablePercent ??= 0
    const queuing = limited.limitResponse?.queuing
    if (!queuing) return
    queuing.handSize ||= 8
    queuing.queues ||= 64
    queuing.queueLengthLimit ||= 50
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: validateLevel,
}
