import {array, bool, command, list, string} from '../definition.ts'
import {output} from '../flags/common.ts'

export const flags = {
  'as-current-user': bool('Be the current user for the request.'),
  'enable-alpha-plugins': bool('Allow kustomize plugins.'),
  'enable-helm': bool('Allow the helm chart inflator.'),
  env: array('Environment variable to set in the container.', {short: 'e'}),
  'helm-api-versions': array('API versions for the helm chart inflator.'),
  'helm-command': string('The helm program.', {default: 'helm'}),
  'helm-debug': bool('Let helm print what it does.'),
  'helm-kube-version': string('Kubernetes version for the helm chart inflator.'),
  'load-restrictor': string(
    "'LoadRestrictionsNone': local kustomizations may load files from outside their root. Resource files move with less ease then.",
    {default: 'LoadRestrictionsRootOnly'},
  ),
  mount: list('Storage to mount.'),
  network: bool('Give functions access to the network.'),
  'network-name': string('The docker network to run the container in.', {default: 'bridge'}),
  output,
} as const

export const definition = command({
  usage: 'DIR [flags]',
  summary: 'Build a kustomization target from a directory or URL',
  flags,
  run: async (invocation) => (await import('../verbs/kustomize.ts')).kustomize(invocation),
})
