import {command} from '../definition.ts'

export const definition = command({
  usage: '[flags]',
  summary: 'Inspect authorization',
  flags: {},
  commands: [
    {
      name: 'can-i',
      summary: 'Check whether an action is allowed',
      load: async () => (await import('./auth/can-i.ts')).definition,
    },
    {
      name: 'reconcile',
      summary: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
      load: async () => (await import('./auth/reconcile.ts')).definition,
    },
    {
      name: 'whoami',
      summary: 'Experimental: Check self subject attributes',
      load: async () => (await import('./auth/whoami.ts')).definition,
    },
  ],
})
