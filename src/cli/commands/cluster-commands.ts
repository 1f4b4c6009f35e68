// The commands of the cluster's own life, which kubectl does not have: a line each.
import type {CommandEntry} from '../definition.ts'

const group = 'Cluster Commands'

export const clusterCommands: readonly CommandEntry[] = [
  {
    name: 'kubectl',
    group,
    summary: 'Be kubectl: mini kubectl -- VERB',
    load: async () => (await import('./kubectl.ts')).definition,
  },
]
