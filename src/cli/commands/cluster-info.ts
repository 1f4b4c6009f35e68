import {command} from '../definition.ts'

export const flags = {} as const

export const definition = command({
  summary: 'Display cluster information',
  description:
    "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
  flags,
  commands: [
    {
      name: 'dump',
      summary: 'Dump relevant information for debugging and diagnosis',
      load: async () => (await import('./cluster-info/dump.ts')).definition,
    },
  ],
  run: async (invocation) => (await import('../verbs/cluster-info.ts')).clusterInfo(invocation),
})
