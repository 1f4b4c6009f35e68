// What a namespace that is going says about what keeps it.
import type {NamespaceCondition} from '../../api/schema/types.gen.ts'
import {timestamp} from '../objects/times.ts'

/** What is left in the namespace, and what failed on the way. */
export interface Remains {
  /** Group versions that did not answer. */
  readonly undiscovered: readonly string[]
  readonly failures: readonly string[]
  /** `resource.group` to how many; the core group leaves a dot behind, as Kubernetes has it. */
  readonly counts: ReadonlyMap<string, number>
  readonly finalizers: ReadonlyMap<string, number>
}

type Finding = Pick<NamespaceCondition, 'type' | 'status' | 'reason' | 'message'>

const sorted = (counts: ReadonlyMap<string, number>, say: (name: string, count: number) => string): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => say(name, count))
    .join(', ')

export const findings = ({undiscovered, failures, counts, finalizers}: Remains): readonly Finding[] => [
  undiscovered.length > 0
    ? {
        type: 'NamespaceDeletionDiscoveryFailure',
        status: 'True',
        reason: 'DiscoveryFailed',
        message: `Discovery failed for some groups, ${undiscovered.length} failing: unable to retrieve the complete list of server APIs: ${undiscovered.map((name) => `${name}: stale GroupVersion discovery: ${name}`).join(', ')}`,
      }
    : {
        type: 'NamespaceDeletionDiscoveryFailure',
        status: 'False',
        reason: 'ResourcesDiscovered',
        message: 'All resources successfully discovered',
      },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  failures.length > 0
    ? {
        type: 'NamespaceDeletionContentFailure',
        status: 'True',
        reason: 'ContentDeletionFailed',
        message: `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
      }
    : {
        type: 'NamespaceDeletionContentFailure',
        status: 'False',
        reason: 'ContentDeleted',
        message: 'All content successfully deleted, may be waiting on finalization',
      },
  counts.size > 0
    ? {
        type: 'NamespaceContentRemaining',
        status: 'True',
        reason: 'SomeResourcesRemain',
        message: `Some resources are remaining: ${sorted(counts, (name, count) => `${name} has ${count} resource instances`)}`,
      }
    : {
        type: 'NamespaceContentRemaining',
        status: 'False',
        reason: 'ContentRemoved',
        message: 'All content successfully removed',
      },
  finalizers.size > 0
    ? {
        type: 'NamespaceFinalizersRemaining',
        status: 'True',
        reason: 'SomeFinalizersRemain',
        message: `Some content in the namespace has finalizers remaining: ${sorted(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
      }
    : {
        type: 'NamespaceFinalizersRemaining',
        status: 'False',
        reason: 'ContentHasNoFinalizers',
        message: 'All content-preserving finalizers finished',
      },
]

export const planConditions = (
  old: readonly NamespaceCondition[],
  remains: Remains,
  nowMs: number,
): NamespaceCondition[] => {
  const conditions = [...old]
  for (const finding of findings(remains)) {
    const at = conditions.findIndex(({type}) => type === finding.type)
    const current = conditions[at]
    const condition = {...finding, lastTransitionTime: timestamp(nowMs)}
    if (!current) conditions.push(condition)
    else if (
      current.status !== finding.status ||
      current.reason !== finding.reason ||
      current.message !== finding.message
    )
      conditions[at] = condition
  }
  return conditions
}
