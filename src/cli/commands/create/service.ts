import {command} from '../../definition.ts'

export const definition = command({
  usage: '[flags]',
  aliases: ['svc'],
  summary: 'Create a service using a specified subcommand',
  description: `Create a service using a specified subcommand.`,
  flags: {},
  commands: [
    {
      name: 'clusterip',
      summary: 'Create a ClusterIP service',
      load: async () => (await import('./service/clusterip.ts')).definition,
    },
    {
      name: 'externalname',
      summary: 'Create an ExternalName service',
      load: async () => (await import('./service/externalname.ts')).definition,
    },
    {
      name: 'loadbalancer',
      summary: 'Create a LoadBalancer service',
      load: async () => (await import('./service/loadbalancer.ts')).definition,
    },
    {
      name: 'nodeport',
      summary: 'Create a NodePort service',
      load: async () => (await import('./service/nodeport.ts')).definition,
    },
  ],
})
