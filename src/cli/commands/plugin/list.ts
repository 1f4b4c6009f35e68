import {bool, command} from '../../definition.ts'

export const flags = {'name-only': bool('Only names, without folders.')} as const

export const definition = command({
  usage: '[flags]',
  summary: "List all visible plugin executables on a user's PATH",
  flags,
  run: async (invocation) => (await import('../../verbs/plugin-list.ts')).pluginList(invocation),
})
