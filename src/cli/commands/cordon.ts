import {command} from '../definition.ts'
import {dryRun, selector} from '../flags/common.ts'

export const flags = {'dry-run': dryRun, selector} as const

export const cordon = command({
  usage: 'NODE',
  summary: 'Mark node as unschedulable',
  description: 'Mark node as unschedulable.',
  flags,
  run: async (invocation) => (await import('../verbs/cordon.ts')).cordonVerb(invocation, true),
})

export const uncordon = command({
  usage: 'NODE',
  summary: 'Mark node as schedulable',
  description: 'Mark node as schedulable.',
  flags,
  run: async (invocation) => (await import('../verbs/cordon.ts')).cordonVerb(invocation, false),
})
