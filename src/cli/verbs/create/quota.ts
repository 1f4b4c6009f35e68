import {resourceQuotas} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/quota.ts'
import type {Invocation} from '../../invocation.ts'
import {parseQuantities} from '../../quantities.ts'
import {createGenerated, oneName} from './generate.ts'

const scopeNames = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
]

export const createQuota = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  const hard = parseQuantities(own.hard)
  const scopes = own.scopes === '' ? [] : own.scopes.split(',')
  for (const scope of scopes)
    if (!scopeNames.includes(scope) && scope === '') throw new Error('invalid resourceQuotaScope ""')
  await createGenerated(invocation, {
    resource: resourceQuotas,
    failure: 'failed to create quota: ',
    object: {
      metadata: {name},
      spec: {...(Object.keys(hard).length > 0 ? {hard} : {}), ...(scopes.length > 0 ? {scopes} : {})},
      status: {},
    },
  })
}
