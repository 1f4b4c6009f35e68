import {command} from '../definition.ts'

export const definition = command({
  summary: 'Images of the cluster',
  flags: {},
  commands: [
    {name: 'ls', aliases: ['list'], summary: 'List them', load: async () => (await import('./image/ls.ts')).definition},
    {
      name: 'pull',
      summary: 'Fetch one from its registry',
      load: async () => (await import('./image/pull.ts')).definition,
    },
    {name: 'rm', summary: 'Remove some', load: async () => (await import('./image/rm.ts')).definition},
  ],
})
