import {command} from '../definition.ts'

export const definition = command({
  summary: 'Print the list of flags inherited by all commands',
  flags: {},
  run: async (invocation) => (await import('../verbs/options.ts')).options(invocation),
})
