import {command} from '../definition.ts'

export const definition = command({
  usage: '[command]',
  summary: 'Help about any command',
  flags: {},
  run: async (invocation) => (await import('../verbs/help.ts')).help(invocation),
})
