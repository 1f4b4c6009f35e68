import {array, bool, command, string} from '../../definition.ts'

export const flags = {
  appendarg: array('Argument an alias puts behind the others; may be repeated.'),
  command: string('The command the default or the alias is of, such as "get" or "set env".'),
  name: string('Name of the alias.'),
  option: array('Default of a flag, as flag=value; may be repeated.'),
  overwrite: bool('Replace an entry that is there already.'),
  prependarg: array('Argument an alias puts before the others; may be repeated.'),
  section: string('Part of the file to change: defaults or aliases.'),
} as const

export const definition = command({
  usage: '--section (defaults|aliases) --command COMMAND',
  summary: 'Set values in the kuberc configuration',
  required: ['section', 'command'],
  flags,
  run: async (invocation) => (await import('../../verbs/kuberc/set.ts')).kubercSet(invocation),
})
