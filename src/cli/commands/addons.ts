import {command} from '../definition.ts'

export const definition = command({
  summary: 'What the cluster comes with beyond Kubernetes itself',
  flags: {},
  commands: [
    {name: 'list', summary: 'List them', load: async () => (await import('./addons/list.ts')).definition},
    {name: 'enable', summary: 'Add one', load: async () => (await import('./addons/switch.ts')).enable},
    {name: 'disable', summary: 'Take one away', load: async () => (await import('./addons/switch.ts')).disable},
  ],
})
