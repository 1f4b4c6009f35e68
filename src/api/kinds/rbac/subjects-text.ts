// The columns of role bindings: the role and who holds it.

import type {Column} from '../../kind.ts'
import type {RoleBinding, RbacSubject as Subject} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, wideColumn} from '../columns.ts'

const subjectsCell =
  (kind: string, show: (subject: Subject) => string) =>
  ({subjects = []}: RoleBinding): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(show)
      .join(', ')

export const bindingColumns: readonly Column<RoleBinding>[] = [
  nameColumn,
  column('Role', ({roleRef}) => `${roleRef.kind}/${roleRef.name}`, {doc: 'roleRef'}),
  ageColumn,
  wideColumn(
    'Users',
    subjectsCell('User', ({name}) => name),
    {description: 'Users in the roleBinding'},
  ),
  wideColumn(
    'Groups',
    subjectsCell('Group', ({name}) => name),
    {description: 'Groups in the roleBinding'},
  ),
  wideColumn(
    'ServiceAccounts',
    subjectsCell('ServiceAccount', ({namespace, name}) => `${namespace ?? ''}/${name}`),
    {
      description: 'ServiceAccounts in the roleBinding',
    },
  ),
]
