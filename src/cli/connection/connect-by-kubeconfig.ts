// kubectl's way to a cluster: kubeconfig, flags over it, and the credentials they name.
import {readFileSync} from 'node:fs'
import {createClient} from '../../client/client.ts'
import {createHttpTransport, type TlsOptions} from '../../client/http-transport.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {GlobalValues} from '../global-flags.ts'
import type {Invocation} from '../invocation.ts'
import {type Cluster, type KubeConfig, loadKubeconfig, type User} from '../kubeconfig/kubeconfig.ts'
import {Failure} from '../usage-mistake.ts'
import type {Connection} from './connection.ts'
import {impersonation} from './impersonation.ts'
import {requestTimeoutMs} from './request-timeout.ts'
import {watched} from './watched-transport.ts'

type Wants = Pick<Invocation, 'globals' | 'io' | 'program' | 'words'>

interface Selected {
  readonly cluster: Cluster
  readonly user: User
  readonly namespace: string
}

const select = (config: KubeConfig, globals: GlobalValues): Selected => {
  const contextName = globals.context || config.currentContext
  const context = config.contexts.get(contextName)
  const mistakes: string[] = []
  if (contextName !== '' && !context) {
    const notFound = globals.context
      ? `context "${contextName}" does not exist`
      : `context was not found for specified context: ${contextName}`
    if (globals.context) throw new Error(notFound)
    mistakes.push(notFound)
  }
  const userName = globals.user || context?.user || ''
  const user = config.users.get(userName)
  if (globals.user && !user) throw new Error(`auth info "${globals.user}" does not exist`)
  const clusterName = globals.cluster || context?.cluster || ''
  const cluster = config.clusters.get(clusterName)
  if (globals.cluster && !cluster && !globals.server) mistakes.push(`no server found for cluster "${clusterName}"`)
  else if (!cluster && clusterName && !globals.server) mistakes.push(`no server found for cluster "${clusterName}"`)
  if (mistakes.length === 1) throw new Failure(`Error in configuration: ${mistakes[0]}`)
  if (mistakes.length > 1)
    throw new Failure(`Error in configuration: \n${mistakes.map((line) => `* ${line}`).join('\n')}`)
  return {cluster: cluster ?? {}, user: user ?? {}, namespace: globals.namespace || context?.namespace || 'default'}
}

/** The kubeconfig with the flags over it. */
const overridden = ({cluster, user, namespace}: Selected, globals: GlobalValues): Selected => ({
  namespace,
  cluster: {
    ...cluster,
    ...(globals.server ? {server: globals.server} : {}),
    ...(globals['certificate-authority']
      ? {'certificate-authority': globals['certificate-authority'], 'certificate-authority-data': ''}
      : {}),
    ...(globals['insecure-skip-tls-verify']
      ? {'insecure-skip-tls-verify': true, 'certificate-authority': '', 'certificate-authority-data': ''}
      : {}),
    ...(globals['tls-server-name'] ? {'tls-server-name': globals['tls-server-name']} : {}),
  },
  user: {
    ...user,
    ...(globals.token ? {token: globals.token, tokenFile: ''} : {}),
    ...(globals['client-certificate']
      ? {'client-certificate': globals['client-certificate'], 'client-certificate-data': ''}
      : {}),
    ...(globals['client-key'] ? {'client-key': globals['client-key'], 'client-key-data': ''} : {}),
    ...(globals.username ? {username: globals.username, password: globals.password} : {}),
  },
})

const content = (data: string | undefined, file: string | undefined, what: string): Buffer | undefined => {
  if (data) return Buffer.from(data, 'base64')
  if (!file) return undefined
  try {
    return readFileSync(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EACCES')) throw error
    const why = hasCode(error, 'ENOENT') ? 'no such file or directory' : 'permission denied'
    throw new Error(`unable to read ${what} ${file} due to open ${file}: ${why}`, {cause: error})
  }
}

const tlsOf = (cluster: Cluster, user: User): TlsOptions => ({
  ca: content(cluster['certificate-authority-data'], cluster['certificate-authority'], 'certificate-authority'),
  cert: content(user['client-certificate-data'], user['client-certificate'], 'client-cert'),
  key: content(user['client-key-data'], user['client-key'], 'client-key'),
  serverName: cluster['tls-server-name'],
  insecure: cluster['insecure-skip-tls-verify'],
})

const authorization = (user: User): Record<string, string> => {
  const token = user.tokenFile ? readFileSync(user.tokenFile, 'utf8').trim() : user.token
  if (token) return {authorization: `Bearer ${token}`}
  if (!user.username) return {}
  return {authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`}
}

const withScheme = (server: string, tls: TlsOptions): string => {
  if (/^https?:\/\//.test(server)) return server
  return `${tls.ca || tls.cert || tls.insecure ? 'https' : 'http'}://${server}`
}

export const connectByKubeconfig = async (wants: Wants): Promise<Connection> => {
  const {globals, io} = wants
  const timeoutMs = requestTimeoutMs(globals['request-timeout'])
  const {cluster, user: own, namespace} = overridden(select(loadKubeconfig(wants), globals), globals)
  const user =
    own.exec?.command && !own.token
      ? {...own, ...(await (await import('./exec-credential.ts')).execCredential(own.exec, cluster, io))}
      : own
  const tls = tlsOf(cluster, user)
  const server = withScheme(cluster.server || 'localhost:8080', tls).replace(/\/$/, '')
  const acting = {
    ...(user.as ? {'impersonate-user': user.as} : {}),
    ...(user['as-groups']?.length ? {'impersonate-group': user['as-groups'] as unknown as string} : {}),
    ...impersonation(globals),
  }
  const transport = await createHttpTransport({
    server,
    tls,
    timeoutMs,
    headers: () => ({...authorization(user), ...acting}),
  })
  const host = new URL(server).host
  const spoken = watched(
    transport,
    wants,
    () => new Failure(`The connection to the server ${host} was refused - did you specify the right host or port?`),
  )
  return {
    client: createClient(spoken, {userAgent: 'kubectl/v1.36.2 (linux/amd64) kubernetes/mini'}),
    namespace,
    namespaceGiven: globals.namespace !== '',
    server,
  }
}
