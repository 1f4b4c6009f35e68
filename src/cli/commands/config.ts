import {type CommandEntry, command} from '../definition.ts'

const contexts = () => import('./config/contexts.ts')
const entries = () => import('./config/entries.ts')
const values = () => import('./config/values.ts')

const commands: readonly CommandEntry[] = [
  {
    name: 'current-context',
    summary: 'Display the current-context',
    load: async () => (await contexts()).currentContext,
  },
  {
    name: 'delete-cluster',
    summary: 'Delete the specified cluster from the kubeconfig',
    load: async () => (await entries()).deleteCluster,
  },
  {
    name: 'delete-context',
    summary: 'Delete the specified context from the kubeconfig',
    load: async () => (await contexts()).deleteContext,
  },
  {
    name: 'delete-user',
    summary: 'Delete the specified user from the kubeconfig',
    load: async () => (await entries()).deleteUser,
  },
  {
    name: 'get-clusters',
    summary: 'Display clusters defined in the kubeconfig',
    load: async () => (await entries()).getClusters,
  },
  {name: 'get-contexts', summary: 'Describe one or many contexts', load: async () => (await contexts()).getContexts},
  {
    name: 'get-users',
    summary: 'Display users defined in the kubeconfig',
    load: async () => (await entries()).getUsers,
  },
  {
    name: 'rename-context',
    summary: 'Rename a context from the kubeconfig file',
    load: async () => (await contexts()).renameContext,
  },
  {name: 'set', summary: 'Set an individual value in a kubeconfig file', load: async () => (await values()).set},
  {
    name: 'set-cluster',
    summary: 'Set a cluster entry in kubeconfig',
    load: async () => (await entries()).setCluster,
  },
  {
    name: 'set-context',
    summary: 'Set a context entry in kubeconfig',
    load: async () => (await contexts()).setContext,
  },
  {
    name: 'set-credentials',
    summary: 'Set a user entry in kubeconfig',
    load: async () => (await entries()).setCredentials,
  },
  {name: 'unset', summary: 'Unset an individual value in a kubeconfig file', load: async () => (await values()).unset},
  {
    name: 'use-context',
    aliases: ['use'],
    summary: 'Set the current-context in a kubeconfig file',
    load: async () => (await contexts()).useContext,
  },
  {
    name: 'view',
    summary: 'Display merged kubeconfig settings or a specified kubeconfig file',
    load: async () => (await values()).view,
  },
]

export const definition = command({
  usage: 'SUBCOMMAND',
  summary: 'Modify kubeconfig files',
  description: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 The loading order follows these rules:

  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.
  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.
  3.  Otherwise, \${HOME}/.kube/config is used and no merging takes place.`,
  flags: {},
  commands,
})
