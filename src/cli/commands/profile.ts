import {command} from '../definition.ts'

export const definition = command({
  summary: 'The clusters of this machine',
  flags: {},
  commands: [
    {name: 'list', summary: 'List them', load: async () => (await import('./profile/list.ts')).definition},
    {
      name: 'use',
      summary: 'Choose the one that commands are about',
      load: async () => (await import('./profile/use.ts')).definition,
    },
    {
      name: 'delete',
      summary: 'Remove one with all it ever made',
      load: async () => (await import('./profile/delete.ts')).definition,
    },
  ],
})
