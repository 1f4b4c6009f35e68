// The root of the command line: every command by name, without loading any.
import {type CommandDefinition, type CommandEntry, command} from '../definition.ts'
import {clusterCommands} from './cluster-commands.ts'
import {operateCommands} from './operate.ts'
import {inOrder} from './order.ts'

const entries: readonly CommandEntry[] = [
  {
    name: 'create',
    group: 'Basic Commands (Beginner)',
    summary: 'Create a resource from a file or from stdin',
    load: async () => (await import('./create.ts')).definition,
  },
  {
    name: 'expose',
    group: 'Basic Commands (Beginner)',
    summary: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
    load: async () => (await import('./expose.ts')).definition,
  },
  {
    name: 'run',
    group: 'Basic Commands (Beginner)',
    summary: 'Run a particular image on the cluster',
    load: async () => (await import('./run.ts')).definition,
  },
  {
    name: 'set',
    group: 'Basic Commands (Beginner)',
    summary: 'Set specific features on objects',
    load: async () => (await import('./set.ts')).definition,
  },
  {
    name: 'get',
    group: 'Basic Commands (Intermediate)',
    summary: 'Display one or many resources',
    load: async () => (await import('./get.ts')).definition,
  },
  {
    name: 'edit',
    group: 'Basic Commands (Intermediate)',
    summary: 'Edit a resource on the server',
    load: async () => (await import('./edit.ts')).definition,
  },
  {
    name: 'delete',
    group: 'Basic Commands (Intermediate)',
    summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
    load: async () => (await import('./delete.ts')).definition,
  },
  {
    name: 'rollout',
    group: 'Deploy Commands',
    summary: 'Manage the rollout of a resource',
    load: async () => (await import('./rollout.ts')).definition,
  },
  {
    name: 'scale',
    group: 'Deploy Commands',
    summary: 'Set a new size for a deployment, replica set, or replication controller',
    load: async () => (await import('./scale.ts')).definition,
  },
  {
    name: 'autoscale',
    group: 'Deploy Commands',
    summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
    load: async () => (await import('./autoscale.ts')).definition,
  },
  {
    name: 'taint',
    group: 'Cluster Management Commands',
    summary: 'Update the taints on one or more nodes',
    load: async () => (await import('./taint.ts')).definition,
  },
  {
    name: 'describe',
    group: 'Troubleshooting and Debugging Commands',
    summary: 'Show details of a specific resource or group of resources',
    load: async () => (await import('./describe.ts')).definition,
  },
  {
    name: 'apply',
    group: 'Advanced Commands',
    summary: 'Apply a configuration to a resource by file name or stdin',
    load: async () => (await import('./apply.ts')).definition,
  },
  {
    name: 'patch',
    group: 'Advanced Commands',
    summary: 'Update fields of a resource',
    load: async () => (await import('./patch.ts')).definition,
  },
  {
    name: 'diff',
    group: 'Advanced Commands',
    summary: 'Diff the live version against a would-be applied version',
    load: async () => (await import('./diff.ts')).definition,
  },
  {
    name: 'replace',
    group: 'Advanced Commands',
    summary: 'Replace a resource by file name or stdin',
    load: async () => (await import('./replace.ts')).definition,
  },
  {
    name: 'label',
    group: 'Settings Commands',
    summary: 'Update the labels on a resource',
    load: async () => (await import('./label.ts')).definition,
  },
  {
    name: 'annotate',
    group: 'Settings Commands',
    summary: 'Update the annotations on a resource',
    load: async () => (await import('./annotate.ts')).definition,
  },
  {
    name: 'completion',
    summary: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
    load: async () => (await import('./completion.ts')).definition,
  },
  {
    name: 'version',
    group: 'Other Commands',
    summary: 'Print the client and server version information',
    load: async () => (await import('./version.ts')).definition,
  },
]

const hidden: readonly CommandEntry[] = [
  {
    name: '__complete',
    hidden: true,
    summary: 'Say how a command line may go on',
    load: async () => (await import('./complete.ts')).definition,
  },
  {
    name: '__completeNoDesc',
    hidden: true,
    summary: 'Say how a command line may go on, in words alone',
    load: async () => (await import('./complete.ts')).definition,
  },
  {
    name: 'options',
    hidden: true,
    summary: 'Print the list of flags inherited by all commands',
    load: async () => (await import('./options.ts')).definition,
  },
  {
    name: 'help',
    hidden: true,
    summary: 'Help about any command',
    load: async () => (await import('./help.ts')).definition,
  },
]

const all = inOrder([...entries, ...operateCommands])

export const kubectlRoot: CommandDefinition = command({
  usage: '[flags]',
  summary: 'kubectl controls the Kubernetes cluster manager',
  description:
    'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
  flags: {},
  commands: [...all, ...hidden],
})

export const miniRoot: CommandDefinition = command({
  usage: '[flags]',
  summary: 'A Kubernetes cluster on this machine, and kubectl for it',
  description:
    'mini runs a Kubernetes cluster on this machine, and is kubectl for it and for any other cluster.\n\n Begin with: mini start',
  flags: {},
  commands: [...clusterCommands, ...all, ...hidden],
})
