import {command} from '../definition.ts'

/** Only for the list of commands and its help: main.ts takes the word away before any command is sought. */
export const definition = command({
  usage: '-- COMMAND',
  summary: 'Be kubectl',
  description: "Follows kubectl's rules and wording throughout: KUBECONFIG, contexts and plugins are kubectl's.",
  flags: {},
})
