import {command, list} from '../definition.ts'
import {podRunningTimeout} from '../flags/common.ts'

export const flags = {
  address: list('Addresses to listen on (comma separated): IP addresses or localhost, which is 127.0.0.1 and ::1.', {
    default: ['localhost'],
    shownDefault: '[localhost]',
  }),
  'pod-running-timeout': podRunningTimeout,
} as const

export const definition = command({
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  summary: 'Forward one or more local ports to a pod',
  description:
    'Forward one or more local ports to a pod.\n\n Of a workload or a service one pod is taken; the forwarding ends with it. Without a local port (:80) a free one is chosen.',
  flags,
  run: async (invocation) => (await import('../verbs/port-forward.ts')).portForward(invocation),
})
