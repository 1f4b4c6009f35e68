import {command} from '../definition.ts'

export const definition = command({
  summary: 'Save and restore the state of the cluster',
  flags: {},
  commands: [
    {
      name: 'save',
      summary: 'Save the state under a name',
      load: async () => (await import('./snapshot/save.ts')).definition,
    },
    {
      name: 'restore',
      summary: 'Go back to a saved state',
      load: async () => (await import('./snapshot/restore.ts')).definition,
    },
    {name: 'list', summary: 'List what was saved', load: async () => (await import('./snapshot/list.ts')).definition},
  ],
})
