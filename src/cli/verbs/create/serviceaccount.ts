import {serviceAccounts} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/serviceaccount.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'

export const createServiceaccount = (invocation: Invocation<typeof flags>): Promise<void> =>
  createGenerated(invocation, {
    resource: serviceAccounts,
    object: {metadata: {name: oneName(invocation)}},
    failure: 'failed to create serviceaccount: ',
  })
