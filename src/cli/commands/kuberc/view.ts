import {command} from '../../definition.ts'
import {output} from '../../flags/common.ts'

export const flags = {output: {...output, default: 'yaml'}} as const

export const definition = command({
  usage: '[flags]',
  summary: 'Display the current kuberc configuration',
  flags,
  run: async (invocation) => (await import('../../verbs/kuberc/view.ts')).kubercView(invocation),
})
