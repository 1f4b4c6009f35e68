import {bool, command, duration, int, string} from '../definition.ts'
import {chunkSize, dryRun, gracePeriod, selector} from '../flags/common.ts'

export const flags = {
  'chunk-size': chunkSize,
  'delete-emptydir-data': bool('Also take away pods with emptyDir volumes: what is in them is lost.'),
  'disable-eviction': bool('Delete pods where eviction would ask their disruption budgets first.'),
  'dry-run': dryRun,
  force: bool('Also take away pods that no controller makes again.'),
  'grace-period': gracePeriod,
  'ignore-daemonsets': bool('Leave the pods of daemon sets where they are.'),
  'pod-selector': string('Only the pods with these labels.'),
  selector,
  'skip-wait-for-delete-timeout': int('Do not wait for pods that are ending for longer than this many seconds.'),
  timeout: duration('How long to wait before giving up; 0: without end.'),
} as const

export const definition = command({
  usage: 'NODE',
  summary: 'Drain node in preparation for maintenance',
  description:
    'Drain node in preparation for maintenance.\n\n The node takes no new pods, and those it has are evicted: their disruption budgets are asked, and they end in good order. Pods of daemon sets stay only with --ignore-daemonsets, pods nobody would make again go only with --force.',
  flags,
  run: async (invocation) => (await import('../verbs/drain.ts')).drain(invocation),
})
