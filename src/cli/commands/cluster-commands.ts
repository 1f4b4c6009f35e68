// The commands of the cluster's own life, which kubectl does not have: a line each.
import type {CommandEntry} from '../definition.ts'

const group = 'Cluster Commands'

export const clusterCommands: readonly CommandEntry[] = [
  {
    name: 'start',
    group,
    program: 'mini',
    summary: 'Start the cluster',
    load: async () => (await import('./start.ts')).definition,
  },
  {
    name: 'stop',
    group,
    program: 'mini',
    summary: 'Stop the cluster and keep its state',
    load: async () => (await import('./stop.ts')).definition,
  },
  {
    name: 'status',
    group,
    program: 'mini',
    summary: 'Show how the cluster and its parts are',
    load: async () => (await import('./status.ts')).definition,
  },
  {
    name: 'pause',
    group,
    program: 'mini',
    summary: 'Freeze the cluster; the API goes on answering',
    load: async () => (await import('./pause.ts')).definition,
  },
  {
    name: 'unpause',
    group,
    program: 'mini',
    summary: 'Let a paused cluster go on',
    load: async () => (await import('./unpause.ts')).definition,
  },
  {
    name: 'snapshot',
    group,
    program: 'mini',
    summary: 'Save and restore the state of the cluster',
    load: async () => (await import('./snapshot.ts')).definition,
  },
  {
    name: 'profile',
    group,
    program: 'mini',
    summary: 'The clusters of this machine',
    load: async () => (await import('./profile.ts')).definition,
  },
  {
    name: 'daemon',
    group,
    program: 'mini',
    summary: 'The background process of the cluster',
    load: async () => (await import('./daemon.ts')).definition,
  },
  {
    name: 'node',
    group,
    program: 'mini',
    summary: 'The nodes of the cluster',
    load: async () => (await import('./node.ts')).definition,
  },
  {
    name: 'image',
    group,
    program: 'mini',
    summary: 'Images of the cluster',
    load: async () => (await import('./image.ts')).definition,
  },
  {
    name: 'service',
    group,
    program: 'mini',
    summary: 'Where services can be reached from this machine',
    load: async () => (await import('./service.ts')).definition,
  },
  {
    name: 'tunnel',
    group,
    program: 'mini',
    summary: 'Bring LoadBalancer services to further addresses of this machine',
    load: async () => (await import('./tunnel.ts')).definition,
  },
  {
    name: 'kubectl',
    group,
    summary: 'Be kubectl: mini kubectl -- VERB',
    load: async () => (await import('./kubectl.ts')).definition,
  },
  {
    name: 'history',
    group: 'Beyond kubectl',
    program: 'mini',
    summary: 'Show who changed an object, when and how',
    load: async () => (await import('./history.ts')).definition,
  },
  {
    name: 'undo',
    group: 'Beyond kubectl',
    program: 'mini',
    summary: 'Take back the last change of an object',
    load: async () => (await import('./undo.ts')).definition,
  },
  {
    name: 'why',
    group: 'Beyond kubectl',
    program: 'mini',
    summary: 'Find out why a Service, workload or Pod does not work',
    load: async () => (await import('./why.ts')).definition,
  },
]
