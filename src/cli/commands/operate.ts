// Commands that look at a cluster and keep it running, as a list without their code.
import type {CommandEntry} from '../definition.ts'

export const operateCommands: readonly CommandEntry[] = [
  {
    name: 'certificate',
    summary: 'Modify certificate resources',
    load: async () => (await import('./certificate.ts')).definition,
  },
  {
    name: 'cordon',
    summary: 'Mark node as unschedulable',
    load: async () => (await import('./cordon.ts')).cordon,
  },
  {
    name: 'uncordon',
    summary: 'Mark node as schedulable',
    load: async () => (await import('./cordon.ts')).uncordon,
  },
  {
    name: 'drain',
    summary: 'Drain node in preparation for maintenance',
    load: async () => (await import('./drain.ts')).definition,
  },
  {
    name: 'auth',
    summary: 'Inspect authorization',
    load: async () => (await import('./auth.ts')).definition,
  },
  {name: 'events', summary: 'List events', load: async () => (await import('./events.ts')).definition},
  {
    name: 'wait',
    summary: 'Wait for a specific condition on one or many resources',
    load: async () => (await import('./wait.ts')).definition,
  },
  {
    name: 'api-resources',
    summary: 'Print the supported API resources on the server',
    load: async () => (await import('./api-resources.ts')).definition,
  },
  {
    name: 'api-versions',
    summary: 'Print the supported API versions on the server, in the form of "group/version"',
    load: async () => (await import('./api-versions.ts')).definition,
  },
  {name: 'config', summary: 'Modify kubeconfig files', load: async () => (await import('./config.ts')).definition},
  {
    name: 'kustomize',
    summary: 'Build a kustomization target from a directory or URL',
    load: async () => (await import('./kustomize.ts')).definition,
  },
  {
    name: 'explain',
    summary: 'Get documentation for a resource',
    load: async () => (await import('./explain.ts')).definition,
  },
  {
    name: 'cluster-info',
    summary: 'Display cluster information',
    load: async () => (await import('./cluster-info.ts')).definition,
  },
  {
    name: 'top',
    summary: 'Display resource (CPU/memory) usage',
    load: async () => (await import('./top.ts')).definition,
  },
  {
    name: 'logs',
    summary: 'Print the logs for a container in a pod',
    load: async () => (await import('./logs.ts')).definition,
  },
  {name: 'exec', summary: 'Execute a command in a container', load: async () => (await import('./exec.ts')).definition},
  {
    name: 'attach',
    summary: 'Attach to a running container',
    load: async () => (await import('./attach.ts')).definition,
  },
  {
    name: 'port-forward',
    summary: 'Forward one or more local ports to a pod',
    load: async () => (await import('./port-forward.ts')).definition,
  },
  {
    name: 'cp',
    summary: 'Copy files and directories to and from containers',
    load: async () => (await import('./cp.ts')).definition,
  },
  {
    name: 'debug',
    summary: 'Create debugging sessions for troubleshooting workloads and nodes',
    load: async () => (await import('./debug.ts')).definition,
  },
  {
    name: 'kuberc',
    summary: 'Manage kuberc configuration files',
    load: async () => (await import('./kuberc.ts')).definition,
  },
  {
    name: 'proxy',
    summary: 'Run a proxy to the Kubernetes API server',
    load: async () => (await import('./proxy.ts')).definition,
  },
  {
    name: 'plugin',
    summary: 'Provides utilities for interacting with plugins',
    load: async () => (await import('./plugin.ts')).definition,
  },
]
