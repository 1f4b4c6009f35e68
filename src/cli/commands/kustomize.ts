import {bool, command, list, string} from '../definition.ts'

export const flags = {
  'as-current-user': bool('Run functions in containers as this user.'),
  'enable-alpha-plugins': bool('Allow plugins.'),
  'enable-helm': bool('Allow Helm charts.'),
  env: list('Environment variables of functions.', {short: 'e'}),
  'helm-api-versions': list('API versions Helm is told.'),
  'helm-command': string('The helm program.', {default: 'helm'}),
  'helm-debug': bool('Let Helm say more.'),
  'helm-kube-version': string('Version of Kubernetes Helm is told.'),
  'load-restrictor': string(
    "LoadRestrictionsNone: files may lie outside of the kustomization's folder; it cannot be moved alone then.",
    {default: 'LoadRestrictionsRootOnly'},
  ),
  mount: list('Storage for functions.'),
  network: bool('Allow the network to functions that ask for it.'),
  'network-name': string('Network of the containers of functions.', {default: 'bridge'}),
  output: string('Write to this file, or one file for each object into this folder.', {short: 'o'}),
} as const

export const definition = command({
  usage: 'DIR',
  summary: 'Build a kustomization target from a directory or URL',
  description:
    "Build a set of KRM resources using a 'kustomization.yaml' file. DIR is a folder with one, or the address of a git repository with a path and a ref; the current folder when it is not given.",
  flags,
  run: async (invocation) => (await import('../verbs/kustomize.ts')).kustomizeVerb(invocation),
})
