import {roleBindings} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/rolebinding.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'
import {roleRef, subjectsOf} from './subjects.ts'

export const createRolebinding = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  if ((own.clusterrole === '') === (own.role === ''))
    throw new Error('exactly one of clusterrole or role must be specified')
  await createGenerated(invocation, {
    resource: roleBindings,
    failure: 'failed to create rolebinding: ',
    object: {
      metadata: {name},
      roleRef: own.role === '' ? roleRef('ClusterRole', own.clusterrole) : roleRef('Role', own.role),
      ...subjectsOf(own),
    },
  })
}
