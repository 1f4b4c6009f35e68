import {bool, command, int} from '../../definition.ts'
import {filename, kustomize, recursive, selector, timeout} from '../../flags/common.ts'

export const flags = {
  filename,
  kustomize,
  recursive,
  revision: int('The revision.'),
  selector,
  timeout,
  watch: bool('Go on and print changes.', {short: 'w', default: true}),
} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Show the status of the rollout',
  flags,
  run: async (invocation) => (await import('../../verbs/rollout/status.ts')).rolloutStatus(invocation),
})
