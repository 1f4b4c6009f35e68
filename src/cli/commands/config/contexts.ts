import {bool, command, string} from '../../definition.ts'
import {noHeaders} from '../../flags/common.ts'

const verbs = () => import('../../verbs/config/contexts.ts')

export const currentContext = command({
  summary: 'Display the current-context',
  flags: {},
  run: async (invocation) => (await verbs()).currentContext(invocation),
})

export const deleteContext = command({
  usage: 'NAME',
  summary: 'Delete the specified context from the kubeconfig',
  flags: {},
  run: async (invocation) => (await verbs()).deleteContext(invocation),
})

export const getContextsFlags = {
  'no-headers': noHeaders,
  output: string("Output format. One of: ('', name).", {short: 'o'}),
} as const

export const getContexts = command({
  usage: '[(-o|--output=)name)]',
  summary: 'Describe one or many contexts',
  description: 'Display one or many contexts from the kubeconfig file.',
  flags: getContextsFlags,
  run: async (invocation) => (await verbs()).getContexts(invocation),
})

export const renameContext = command({
  usage: 'CONTEXT_NAME NEW_NAME',
  summary: 'Rename a context from the kubeconfig file',
  description:
    'Renames a context from the kubeconfig file.\n\n When it is the current context, that follows the new name.',
  flags: {},
  run: async (invocation) => (await verbs()).renameContext(invocation),
})

export const setContextFlags = {
  cluster: string('Cluster of the context.'),
  current: bool('Change the current context.'),
  namespace: string('Namespace of the context.', {short: 'n'}),
  user: string('User of the context.'),
} as const

export const setContext = command({
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  summary: 'Set a context entry in kubeconfig',
  description: 'Set a context entry in kubeconfig.\n\n What is given is put over what an entry of this name has.',
  flags: setContextFlags,
  run: async (invocation) => (await verbs()).setContext(invocation),
})

export const useContext = command({
  usage: 'CONTEXT_NAME',
  aliases: ['use'],
  summary: 'Set the current-context in a kubeconfig file',
  flags: {},
  run: async (invocation) => (await verbs()).useContext(invocation),
})
