import {command} from '../definition.ts'

export const definition = command({
  usage: 'NAME [--url]',
  summary: 'Where a service can be reached from this machine',
  flags: {},
  commands: [
    {
      name: 'list',
      summary: 'All services and their addresses',
      load: async () => (await import('./service/list.ts')).definition,
    },
    {
      name: 'url',
      summary: 'The addresses of one service',
      load: async () => (await import('./service/url.ts')).definition,
    },
  ],
})
