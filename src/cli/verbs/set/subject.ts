import {deepEqual} from '../../../api/meta/equal.ts'
import type {flags} from '../../commands/set/subject.ts'
import {missingResource} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {runSet} from '../../set-verb.ts'
import {Failure} from '../../usage-mistake.ts'
import {subjectsOf} from '../create/subjects.ts'

export const setSubject = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args} = invocation
  if (args.length === 0 && own.filename.length === 0 && own.kustomize === '')
    throw new Failure(`error: ${missingResource}`)
  if (own.user.length === 0 && own.group.length === 0 && own.serviceaccount.length === 0)
    throw new Error('you must specify at least one value of user, group or serviceaccount')
  for (const account of own.serviceaccount)
    if (account.split(':').length !== 2) throw new Error('serviceaccount must be <namespace>:<name>')
  const {subjects = []} = subjectsOf(own)
  await runSet({
    invocation,
    resources: args,
    operation: 'subjects updated',
    anyKind: true,
    change(object) {
      if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding')
        throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding')
      const present = Array.isArray(object.subjects) ? (object.subjects as Obj[]) : []
      const added = subjects.filter((subject) => !present.some((known) => deepEqual(known, subject)))
      if (added.length > 0) object.subjects = [...present, ...added]
    },
  })
}
