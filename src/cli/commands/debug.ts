import {array, bool, command, list, string} from '../definition.ts'
import {container, filename, image, quiet, stdin, tty} from '../flags/common.ts'

export const flags = {
  'arguments-only': bool("Everything behind -- becomes the container's arguments instead of its command."),
  attach: bool("Attach to the container as if 'attach' were called; the default with -i."),
  container: {...container, description: 'Name of the debugging container.'},
  'copy-to': string('Debug a copy of the pod with this name.'),
  custom: string('File with a part of a container, as JSON or YAML, that is laid over the profile.'),
  env: array('Environment variable to set in the container.'),
  filename,
  image,
  'image-pull-policy': string('When the image is pulled; empty: the server decides.'),
  'keep-annotations': bool('The copy keeps the annotations of the pod.'),
  'keep-init-containers': bool('The copy keeps the init containers of the pod.', {default: true}),
  'keep-labels': bool('The copy keeps the labels of the pod.'),
  'keep-liveness': bool('The copy keeps the liveness probes of the pod.'),
  'keep-readiness': bool('The copy keeps the readiness probes of the pod.'),
  'keep-startup': bool('The copy keeps the startup probes of the pod.'),
  profile: string('What the container may do: general, baseline, restricted, netadmin or sysadmin.', {
    default: 'general',
  }),
  quiet,
  replace: bool('With --copy-to: delete the original pod.'),
  'same-node': bool('With --copy-to: the copy runs on the node of the pod.'),
  'set-image': list('With --copy-to: container=image pairs to change in the copy.'),
  'share-processes': bool('With --copy-to: the containers of the copy see the processes of each other.', {
    default: true,
  }),
  stdin,
  target: string('Container of the pod whose processes the debugging container sees.'),
  tty,
} as const

export const definition = command({
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  summary: 'Create debugging sessions for troubleshooting workloads and nodes',
  description:
    'Debug cluster resources using interactive debugging containers.\n\n A pod gets an ephemeral container, or with --copy-to is copied and the copy changed. A node gets a pod in its own namespaces, with its files under /host.',
  flags,
  run: async (invocation) => (await import('../verbs/debug.ts')).debug(invocation),
})
