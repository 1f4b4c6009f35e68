// Which cluster: the profile's own over its socket, or the one a kubeconfig names.
import {createClient} from '../../client/client.ts'
import {createHttpTransport} from '../../client/http-transport.ts'
import {selectedProfile} from '../cluster/selected-profile.ts'
import type {Invocation} from '../invocation.ts'
import {Failure} from '../usage-mistake.ts'
import type {Connection} from './connection.ts'
import {impersonation} from './impersonation.ts'
import {requestTimeoutMs} from './request-timeout.ts'
import {trafficLogFor} from './traffic-log-for.ts'
import {watched} from './watched-transport.ts'

type Wants = Pick<Invocation, 'globals' | 'io' | 'program' | 'words'>

/** What chooses a cluster by kubeconfig, also for `mini VERB`. KUBECONFIG alone does not: it may be production. */
const choosing = [
  'kubeconfig',
  'context',
  'cluster',
  'user',
  'server',
  'token',
  'username',
  'password',
  'client-certificate',
  'client-key',
  'certificate-authority',
]

const connectToProfile = async (wants: Wants): Promise<Connection> => {
  const {globals} = wants
  const profile = selectedProfile(wants)
  const acting = impersonation(globals, {}, profile.name)
  const transport = await createHttpTransport({
    socketPath: profile.socket,
    timeoutMs: requestTimeoutMs(globals['request-timeout']),
    headers: () => acting,
  })
  const start = profile.name === 'mini' ? 'mini start' : `mini start --profile ${profile.name}`
  return {
    client: createClient(
      watched(transport, wants, {
        refused: () => new Failure(`error: the cluster "${profile.name}" is not running. Start it with: ${start}`),
        log: await trafficLogFor(wants, `unix://${profile.socket}:`),
      }),
      {
        userAgent: `mini/${wants.words.join('-')}`,
      },
    ),
    namespace: globals.namespace || 'default',
    namespaceGiven: globals.namespace !== '',
    server: `unix://${profile.socket}`,
  }
}

export const connect = async (wants: Wants): Promise<Connection> => {
  if (wants.program === 'mini' && !choosing.some((flag) => wants.globals[flag as 'user'] !== ''))
    return connectToProfile(wants)
  const {connectByKubeconfig} = await import('./connect-by-kubeconfig.ts')
  return connectByKubeconfig(wants)
}
