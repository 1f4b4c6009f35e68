import {command, string} from '../../definition.ts'
import {all, filename, kustomize, recursive, selector} from '../../flags/common.ts'

export const flags = {
  all,
  filename,
  kustomize,
  output: string('Output format. Must be one of (yaml, json)', {short: 'o', default: 'yaml'}),
  recursive,
  selector,
} as const

export const definition = command({
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  summary: 'View the latest last-applied-configuration annotations of a resource/object',
  flags,
  run: async (invocation) => (await import('../../verbs/apply/view-last-applied.ts')).applyViewLastApplied(invocation),
})
