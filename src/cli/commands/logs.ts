import {bool, command, duration, int, string} from '../definition.ts'
import {container, selector} from '../flags/common.ts'

export const flags = {
  'all-containers': bool('All containers of the pods.'),
  'all-pods': bool('All pods of the workload, each line with its pod in front.'),
  container,
  follow: bool('Go on and print what comes.', {short: 'f'}),
  'ignore-errors': bool('Go on when one of the logs fails.'),
  'insecure-skip-tls-verify-backend': bool('Trust any certificate of the node.'),
  'limit-bytes': int('At most this many bytes; 0: all.'),
  'max-log-requests': int('How many logs may be followed at once.', {default: 5}),
  'pod-running-timeout': duration('How long to wait until a pod runs.', {default: 20_000}),
  prefix: bool('The pod and the container before every line.'),
  previous: bool('The log of the run before, where the container was started again.', {short: 'p'}),
  selector,
  since: duration('Only what is younger than this.'),
  'since-time': string('Only what was written after this time (RFC 3339).'),
  tail: int('Only this many of the last lines; -1: all, with a selector 10.', {default: -1}),
  timestamps: bool('The time before every line.'),
} as const

export const definition = command({
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  summary: 'Print the logs for a container in a pod',
  description:
    'Print the logs for a container in a pod or specified resource.\n\n With several containers and no -c the default one is taken.',
  flags,
  run: async (invocation) => (await import('../verbs/logs.ts')).logs(invocation),
})
