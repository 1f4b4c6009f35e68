import {roles} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/role.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'
import {checkResources, rulesOf} from './policy-rules.ts'

export const createRole = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const name = oneName(invocation)
  checkResources(invocation.flags)
  await createGenerated(invocation, {
    resource: roles,
    object: {metadata: {name}, rules: await rulesOf(invocation, invocation.flags)},
  })
}
