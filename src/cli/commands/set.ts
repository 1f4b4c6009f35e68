import {command} from '../definition.ts'

export const definition = command({
  summary: 'Set specific features on objects',
  description: `Configure application resources.

 These commands help you make changes to existing application resources.`,
  flags: {},
  commands: [
    {
      name: 'env',
      summary: 'Update environment variables on a pod template',
      load: async () => (await import('./set/env.ts')).definition,
    },
    {
      name: 'image',
      summary: 'Update the image of a pod template',
      load: async () => (await import('./set/image.ts')).definition,
    },
    {
      name: 'resources',
      summary: 'Update resource requests/limits on objects with pod templates',
      load: async () => (await import('./set/resources.ts')).definition,
    },
    {
      name: 'selector',
      summary: 'Set the selector on a resource',
      load: async () => (await import('./set/selector.ts')).definition,
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      summary: 'Update the service account of a resource',
      load: async () => (await import('./set/serviceaccount.ts')).definition,
    },
    {
      name: 'subject',
      summary: 'Update the user, group, or service account in a role binding or cluster role binding',
      load: async () => (await import('./set/subject.ts')).definition,
    },
  ],
})
