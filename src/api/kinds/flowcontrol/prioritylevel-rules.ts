// How many requests of a priority level are served at once, and what becomes of the rest.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../../schema/types.gen.ts'
import {checkNonNegative, checkRange} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const mostQueues = 10_000_000
const hashBits = 60

/** Bits it takes to deal a hand out of a deck. */
const entropyOf = (deck: number, hand: number): number =>
  Math.ceil(Array.from({length: hand}, (_, dealt) => Math.log2(deck - dealt)).reduce((sum, bits) => sum + bits, 0))

const validateQueuing = (queuing: QueuingConfiguration, path: string, errors: FieldErrors): void => {
  const {queueLengthLimit = 0, queues = 0, handSize = 0} = queuing
  if (queueLengthLimit <= 0) errors.invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive')
  if (queues <= 0) errors.invalid(`${path}.queues`, queues, 'must be positive')
  else if (queues > mostQueues) errors.invalid(`${path}.queues`, queues, `must not be greater than ${mostQueues}`)
  if (handSize <= 0) errors.invalid(`${path}.handSize`, handSize, 'must be positive')
  else if (handSize > queues)
    errors.invalid(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`)
  else if (entropyOf(queues, handSize) > hashBits)
    errors.invalid(
      `${path}.handSize`,
      handSize,
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`,
    )
}

const checkLending = (
  {lendablePercent, borrowingLimitPercent}: LimitedPriorityLevelConfiguration,
  path: string,
  errors: FieldErrors,
): void => {
  const percent = {min: 0, max: 100}
  if (lendablePercent !== undefined) checkRange(lendablePercent, percent, `${path}.lendablePercent`, errors)
  checkNonNegative(borrowingLimitPercent, `${path}.borrowingLimitPercent`, errors)
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
  checkLending(limited, 'spec.limited', errors)
  const response = limited.limitResponse
  const path = 'spec.limited.limitResponse'
  if (response?.type === 'Reject' && response.queuing)
    errors.forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited')
  if (response?.type === 'Queue' && !response.queuing)
    errors.required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')
  if (response?.type !== 'Queue' && response?.type !== 'Reject')
    errors.notSupported(`${path}.type`, response?.type ?? '', ['Queue', 'Reject'])
  if (response?.type === 'Queue' && response.queuing) validateQueuing(response.queuing, `${path}.queuing`, errors)
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
