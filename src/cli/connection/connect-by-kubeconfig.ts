// kubectl's way to a cluster: kubeconfig, flags over it, and the credentials they name.
import {readFileSync} from 'node:fs'
import {createClient} from '../../client/client.ts'
import {createHttpTransport, type TlsOptions} from '../../client/http-transport.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {Invocation} from '../invocation.ts'
import {type KubeConfig, loadKubeconfig} from '../kubeconfig/kubeconfig.ts'
import {cacheDiscovery} from '../resources/discovery-cache.ts'
import {Failure} from '../usage-mistake.ts'
import type {Connection} from './connection.ts'
import {askForUser, type Credentials, credentialsOf, isAnonymous} from './credentials.ts'
import {goWords} from './go-words.ts'
import {impersonation} from './impersonation.ts'
import {inClusterConfig} from './in-cluster.ts'
import {proxyFor} from './proxy-for.ts'
import {requestTimeoutMs} from './request-timeout.ts'
import {type Selected, selectedBy} from './selected.ts'
import {trafficLogFor} from './traffic-log-for.ts'
import {renewing, watched} from './watched-transport.ts'

type Wants = Pick<Invocation, 'globals' | 'io' | 'program' | 'words'>

const isEmpty = ({clusters, users, contexts}: KubeConfig): boolean =>
  clusters.size === 0 && users.size === 0 && contexts.size === 0

const configOf = (wants: Wants): KubeConfig => {
  const config = loadKubeconfig(wants)
  return (isEmpty(config) && wants.globals.server === '' && inClusterConfig(wants.io)) || config
}

const content = (
  data: string | undefined,
  file: string | undefined,
  what: string,
  whose: string,
): Buffer | undefined => {
  if (data) return Buffer.from(data, 'base64')
  if (!file) return undefined
  try {
    return readFileSync(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EACCES')) throw error
    const why = hasCode(error, 'ENOENT') ? 'no such file or directory' : 'permission denied'
    throw new Error(`unable to read ${what} ${file} for ${whose} due to open ${file}: ${why}`, {cause: error})
  }
}

const tlsOf = ({cluster, user, clusterName, userName}: Selected): TlsOptions => ({
  ca: content(
    cluster['certificate-authority-data'],
    cluster['certificate-authority'],
    'certificate-authority',
    clusterName,
  ),
  cert: content(user['client-certificate-data'], user['client-certificate'], 'client-cert', userName),
  key: content(user['client-key-data'], user['client-key'], 'client-key', userName),
  serverName: cluster['tls-server-name'],
  insecure: cluster['insecure-skip-tls-verify'],
})

const withScheme = (server: string, tls: TlsOptions): string => {
  if (/^https?:\/\//.test(server)) return server
  return `${tls.ca || tls.cert || tls.insecure ? 'https' : 'http'}://${server}`
}

const withCredentials = (tls: TlsOptions, {certificate, key}: Credentials): TlsOptions =>
  certificate && key ? {...tls, cert: certificate, key} : tls

export const connectByKubeconfig = async (wants: Wants): Promise<Connection> => {
  const {globals, io} = wants
  const timeoutMs = requestTimeoutMs(globals['request-timeout'])
  let selected = selectedBy(configOf(wants), globals)
  const tls = tlsOf(selected)
  const server = withScheme(selected.cluster.server || 'localhost:8080', tls).replace(/\/$/, '')
  const url = new URL(server)
  if (url.protocol === 'https:' && isAnonymous(selected.user)) selected = {...selected, user: askForUser(wants)}
  const {cluster, user, userName, namespace} = selected
  const acting = impersonation(globals, user, userName)
  const words = (error: Error): Error | undefined => goWords(error, url, cluster['tls-server-name'])
  const credentials = await credentialsOf(selected, wants).catch((error: unknown) => {
    throw (error instanceof Error && words(error)) || error
  })
  const transport = await createHttpTransport({
    server,
    tls: withCredentials(tls, credentials),
    timeoutMs,
    proxy: proxyFor(server, cluster['proxy-url'], io.env),
    headers: async () => ({...(await credentials.headers()), ...acting}),
  })
  const spoken = watched(renewing(transport, credentials.renew), wants, {
    words,
    refused: () =>
      new Failure(`The connection to the server ${url.host} was refused - did you specify the right host or port?`),
    log: await trafficLogFor(wants, server),
  })
  const client = createClient(spoken, {userAgent: 'kubectl/v1.36.2 (linux/amd64) kubernetes/mini'})
  cacheDiscovery(client, wants, server)
  return {client, namespace, namespaceGiven: globals.namespace !== '', server}
}
