import {bool, command, string} from '../definition.ts'

export const flags = {
  client: bool("Only the client's version; do not ask a server."),
  output: string("One of 'yaml' or 'json'.", {short: 'o'}),
} as const

export const definition = command({
  usage: '[flags]',
  summary: 'Print the client and server version information',
  flags,
  run: async (invocation) => (await import('../verbs/version.ts')).version(invocation),
})
