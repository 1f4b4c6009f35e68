import {priorityClasses} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/priorityclass.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'

export const createPriorityclass = (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  return createGenerated(invocation, {
    resource: priorityClasses,
    failure: 'failed to create priorityclass: ',
    object: {
      ...(own.description === '' ? {} : {description: own.description}),
      ...(own['global-default'] ? {globalDefault: true} : {}),
      metadata: {name: oneName(invocation)},
      preemptionPolicy: own['preemption-policy'],
      value: own.value,
    },
  })
}
