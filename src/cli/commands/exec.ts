import {command} from '../definition.ts'
import {container, filename, podRunningTimeout, quiet, stdin, tty} from '../flags/common.ts'

export const flags = {
  container,
  filename,
  'pod-running-timeout': podRunningTimeout,
  quiet,
  stdin,
  tty,
} as const

export const definition = command({
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  summary: 'Execute a command in a container',
  description: "Execute a command in a container. The exit code is the command's own.",
  flags,
  run: async (invocation) => (await import('../verbs/exec.ts')).exec(invocation),
})
