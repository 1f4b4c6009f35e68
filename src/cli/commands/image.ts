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
    {
      name: 'load',
      summary: 'Bring images in: from a file, docker, or a registry',
      load: async () => (await import('./image/load.ts')).definition,
    },
    {name: 'save', summary: 'Write images to a file', load: async () => (await import('./image/save.ts')).definition},
    {
      name: 'build',
      summary: 'Build one from a Dockerfile',
      load: async () => (await import('./image/build.ts')).definition,
    },
    {
      name: 'push',
      summary: 'Send one to its registry',
      load: async () => (await import('./image/push.ts')).definition,
    },
    {name: 'tag', summary: 'Give one another name', load: async () => (await import('./image/tag.ts')).definition},
    {
      name: 'prune',
      summary: 'Remove what nothing uses',
      load: async () => (await import('./image/prune.ts')).definition,
    },
    {
      name: 'rm',
      aliases: ['remove', 'unload'],
      summary: 'Remove some',
      load: async () => (await import('./image/rm.ts')).definition,
    },
  ],
})
