import {bool, command, int} from '../definition.ts'
import {container} from '../flags/common.ts'

export const flags = {
  container,
  'no-preserve': bool('Do not keep owner and permissions of the files in the container.'),
  retries: int('How often a broken copy from a container is taken up again; 0: never, negative: always.'),
} as const

export const definition = command({
  usage: '<file-spec-src> <file-spec-dest>',
  summary: 'Copy files and directories to and from containers',
  description:
    "Copy files and directories to and from containers.\n\n One of the two is [[namespace/]pod:]path. The container needs a 'tar' program.",
  flags,
  run: async (invocation) => (await import('../verbs/cp.ts')).cp(invocation),
})
