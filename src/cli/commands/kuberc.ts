import {command} from '../definition.ts'

export const definition = command({
  usage: 'SUBCOMMAND',
  summary: 'Manage kuberc configuration files',
  description:
    'Manage user preferences (kuberc) files.\n\n The file is the one of --kuberc, of the variable KUBERC, or ~/.kube/kuberc.',
  flags: {},
  commands: [
    {
      name: 'set',
      summary: 'Set values in the kuberc configuration',
      load: async () => (await import('./kuberc/set.ts')).definition,
    },
    {
      name: 'view',
      summary: 'Display the current kuberc configuration',
      load: async () => (await import('./kuberc/view.ts')).definition,
    },
  ],
})
