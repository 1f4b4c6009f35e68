import {command} from '../definition.ts'

export const definition = command({
  summary: 'The nodes of the cluster',
  flags: {},
  commands: [
    {name: 'list', summary: 'List them', load: async () => (await import('./node/list.ts')).definition},
    {
      name: 'add',
      summary: 'Add nodes to the running cluster',
      load: async () => (await import('./node/add.ts')).definition,
    },
    {name: 'delete', summary: 'Remove one', load: async () => (await import('./node/delete.ts')).definition},
  ],
})
