// Which names a definition may have beside all others of its group, and whether it is served.
import {approvalOf} from '../../../api/kinds/apiextensions/approval.ts'
import {setCondition} from '../../../api/kinds/apiextensions/strategy.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '../../../api/schema/types.gen.ts'

type Names = CustomResourceDefinitionNames
type Crd = CustomResourceDefinition

interface Taken {
  /** Plurals, singulars and short names. */
  readonly resources: ReadonlySet<string>
  /** Kinds and list kinds. */
  readonly kinds: ReadonlySet<string>
}

const takenBy = (others: readonly Crd[]): Taken => {
  const accepted = others.map(({status}) => status?.acceptedNames).filter((names) => names !== undefined)
  return {
    resources: new Set(
      accepted.flatMap(({plural, singular = '', shortNames = []}) => [plural, singular, ...shortNames]),
    ),
    kinds: new Set(accepted.flatMap(({kind, listKind = ''}) => [kind, listKind])),
  }
}

interface Settled {
  readonly names: Names
  readonly condition: Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>
}

const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`

/** Names that are free are accepted even where others are not. */
const settleNames = ({spec, status}: Crd, others: readonly Crd[]): Settled => {
  const wanted = spec.names
  const taken = takenBy(others)
  const names: Names = {...(status?.acceptedNames ?? {plural: '', kind: ''})}
  let problem: {reason: string; message: string} | undefined
  const settle = (
    field: 'plural' | 'singular' | 'kind' | 'listKind',
    name: string,
    among: ReadonlySet<string>,
  ): void => {
    if (names[field] === name) return
    if (name !== '' && among.has(name))
      problem = {reason: `${field[0]?.toUpperCase()}${field.slice(1)}Conflict`, message: inUse(name)}
    else names[field] = name
  }
  settle('plural', wanted.plural, taken.resources)
  settle('singular', wanted.singular ?? '', taken.resources)
  const busy = (wanted.shortNames ?? []).filter((name) => taken.resources.has(name))
  if (busy.length === 0) names.shortNames = wanted.shortNames
  else
    problem = {
      reason: 'ShortNamesConflict',
      message: busy.length === 1 ? inUse(busy[0] ?? '') : `[${busy.map(inUse).join(', ')}]`,
    }
  settle('kind', wanted.kind, taken.kinds)
  settle('listKind', wanted.listKind ?? '', taken.kinds)
  names.categories = wanted.categories
  return {
    names: Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)) as unknown as Names,
    condition: problem
      ? {status: 'False', ...problem}
      : {status: 'True', reason: 'NoConflicts', message: 'no conflicts found'},
  }
}

const isTrue = (conditions: readonly CustomResourceDefinitionCondition[], type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True')

export const isEstablished = ({status}: Crd): boolean => isTrue(status?.conditions ?? [], 'Established')

/** Once established, a definition stays so whatever its names. */
const establish = (
  conditions: readonly CustomResourceDefinitionCondition[],
  accepted: boolean,
): Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'> | undefined => {
  if (isTrue(conditions, 'Established')) return undefined
  return accepted
    ? {status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted'}
    : {status: 'False', reason: 'NotAccepted', message: 'not all names are accepted'}
}

export const nextStatus = (crd: Crd, others: readonly Crd[], now: string): CustomResourceDefinitionStatus => {
  const {names, condition} = settleNames(crd, others)
  const before = crd.status?.conditions ?? []
  let conditions = setCondition(before, {type: 'NamesAccepted', lastTransitionTime: now, ...condition})
  const established = establish(before, condition.status === 'True')
  if (established) conditions = setCondition(conditions, {type: 'Established', lastTransitionTime: now, ...established})
  const approval = approvalOf(crd)
  if (approval)
    conditions = setCondition(conditions, {
      type: 'KubernetesAPIApprovalPolicyConformant',
      lastTransitionTime: now,
      ...approval,
    })
  return {...crd.status, conditions, acceptedNames: names}
}
