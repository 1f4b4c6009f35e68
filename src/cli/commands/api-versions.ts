import {command} from '../definition.ts'

export const flags = {} as const

export const definition = command({
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  flags,
  run: async (invocation) => (await import('../verbs/api-versions.ts')).apiVersions(invocation),
})
