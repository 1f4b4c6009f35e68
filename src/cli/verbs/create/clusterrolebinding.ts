import {clusterRoleBindings} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/clusterrolebinding.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'
import {roleRef, subjectsOf} from './subjects.ts'

export const createClusterrolebinding = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  if (own.clusterrole === '') throw new Error('clusterrole must be specified')
  await createGenerated(invocation, {
    resource: clusterRoleBindings,
    failure: 'failed to create clusterrolebinding: ',
    object: {metadata: {name}, roleRef: roleRef('ClusterRole', own.clusterrole), ...subjectsOf(own)},
  })
}
