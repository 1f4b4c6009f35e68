// Who a binding is for: --user, --group, --serviceaccount.
import type {Obj} from '../../objects.ts'

export interface SubjectFlags {
  readonly user: readonly string[]
  readonly group: readonly string[]
  readonly serviceaccount: readonly string[]
}

const apiGroup = 'rbac.authorization.k8s.io'

export const subjectsOf = ({user, group, serviceaccount}: SubjectFlags): {subjects?: Obj[]} => {
  const subjects = [
    ...user.map((name) => ({apiGroup, kind: 'User', name})),
    ...group.map((name) => ({apiGroup, kind: 'Group', name})),
    ...serviceaccount.map((text) => {
      const [namespace = '', name = '', ...rest] = text.split(':')
      if (namespace === '' || name === '' || rest.length > 0)
        throw new Error('serviceaccount must be <namespace>:<name>')
      return {kind: 'ServiceAccount', name, namespace}
    }),
  ]
  return subjects.length > 0 ? {subjects} : {}
}

export const roleRef = (kind: 'Role' | 'ClusterRole', name: string): Obj => ({apiGroup, kind, name})
