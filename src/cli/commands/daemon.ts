import {command} from '../definition.ts'

export const definition = command({
  summary: 'The background process of the cluster',
  flags: {},
  commands: [
    {
      name: 'logs',
      summary: 'Print what the daemon has to say',
      load: async () => (await import('./daemon/logs.ts')).definition,
    },
  ],
})
