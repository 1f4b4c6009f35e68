import {command} from '../definition.ts'
import {container, podRunningTimeout, quiet, stdin, tty} from '../flags/common.ts'

export const flags = {container, 'pod-running-timeout': podRunningTimeout, quiet, stdin, tty} as const

export const definition = command({
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  summary: 'Attach to a running container',
  description: 'Attach to a process that is already running inside an existing container.',
  flags,
  run: async (invocation) => (await import('../verbs/attach.ts')).attach(invocation),
})
