import {command} from '../definition.ts'

export const flags = {} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME)',
  summary: 'Find out why a Service, workload or Pod does not work',
  description:
    'Walks from a Service or a workload down to its pods and says on one page what keeps them from working, and the command that helps.',
  examples: `  # Why does nobody answer?
  mini why service/web`,
  flags,
  run: async (invocation) => (await import('../verbs/why.ts')).why(invocation),
})
