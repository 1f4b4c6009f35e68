import {command} from '../definition.ts'

/** What the scripts of `completion` ask: the command line so far, its last word unfinished. */
export const definition = command({
  usage: '[COMMAND LINE]',
  summary: 'Say how a command line may go on',
  hidden: true,
  unparsed: true,
  flags: {},
  run: async (invocation) => (await import('../verbs/complete.ts')).complete(invocation),
})
