import {command} from '../definition.ts'

export const definition = command({
  usage: '[flags]',
  summary: 'Provides utilities for interacting with plugins',
  description:
    'Provides utilities for interacting with plugins.\n\n A plugin is a program on PATH whose name begins with kubectl-: it adds the command of the rest of its name.',
  flags: {},
  commands: [
    {
      name: 'list',
      summary: "List all visible plugin executables on a user's PATH",
      load: async () => (await import('./plugin/list.ts')).definition,
    },
    {
      name: 'install',
      summary: 'Add the commands of npm packages that are made with oclif',
      program: 'mini',
      load: async () => (await import('./plugin/install.ts')).definition,
    },
    {
      name: 'uninstall',
      summary: 'Take the commands of npm packages out again',
      program: 'mini',
      load: async () => (await import('./plugin/uninstall.ts')).definition,
    },
  ],
})
