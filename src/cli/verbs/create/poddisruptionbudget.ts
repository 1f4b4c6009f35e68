import {podDisruptionBudgets} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/poddisruptionbudget.ts'
import type {Invocation} from '../../invocation.ts'
import {parseLabelSelector} from '../../label-selector.ts'
import {createGenerated, oneName} from './generate.ts'

const intOrPercent = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)

export const createPoddisruptionbudget = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  if (own.selector === '') throw new Error('a selector must be specified')
  if (own['max-unavailable'] === '' && own['min-available'] === '')
    throw new Error('one of min-available or max-unavailable must be specified')
  if (own['max-unavailable'] !== '' && own['min-available'] !== '')
    throw new Error('min-available and max-unavailable cannot be both specified')
  for (const flag of ['min-available', 'max-unavailable'] as const)
    if (own[flag] !== '' && !/^\d+%?$/.test(own[flag])) throw new Error(`invalid format specified for ${flag}`)
  await createGenerated(invocation, {
    resource: podDisruptionBudgets,
    failure: 'failed to create poddisruptionbudgets: ',
    object: {
      metadata: {name},
      spec: {
        ...(own['min-available'] === ''
          ? {maxUnavailable: intOrPercent(own['max-unavailable'])}
          : {minAvailable: intOrPercent(own['min-available'])}),
        selector: parseLabelSelector(own.selector),
      },
      status: {currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0},
    },
  })
}
