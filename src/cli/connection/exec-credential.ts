// Credential plugins: a program of the user's that prints an ExecCredential.
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'
import type {Cluster, ExecPlugin} from '../kubeconfig/kubeconfig.ts'
import {checkPolicy, type PluginPolicy} from './plugin-policy.ts'

export interface ExecCredential {
  readonly token?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** In milliseconds since 1970; absent: as long as this process lives. */
  readonly expires?: number | undefined
}

const group = 'client.authentication.k8s.io'
const versions = [`${group}/v1`, `${group}/v1beta1`]
const modes = ['Never', 'IfAvailable', 'Always']

/** What is wrong with the plugin's entry, before anything runs. */
export const checkPlugin = (plugin: ExecPlugin, userName: string): void => {
  const {command = '', apiVersion = '', interactiveMode = '', env} = plugin
  const missing = (what: string): Error =>
    new Error(`${what} must be specified for ${userName} to use exec authentication plugin`)
  if (command === '') throw missing('command')
  if (apiVersion === '') throw missing('apiVersion')
  for (const {name} of env ?? []) if (!name) throw missing('env variable name')
  // The beta version has a default.
  if (interactiveMode === '' && apiVersion !== `${group}/v1beta1`) throw missing('interactiveMode')
  if (interactiveMode !== '' && !modes.includes(interactiveMode))
    throw new Error(`invalid interactiveMode for ${userName}: ${JSON.stringify(interactiveMode)}`)
  if (!versions.includes(apiVersion)) throw new Error(`exec plugin: invalid apiVersion ${JSON.stringify(apiVersion)}`)
}

const dataOf = (cluster: Cluster): string | undefined => {
  const {'certificate-authority-data': data, 'certificate-authority': file} = cluster
  return data || (file ? readFileSync(file).toString('base64') : undefined)
}

const clusterInfo = (cluster: Cluster): object => ({
  server: cluster.server,
  ...(cluster['tls-server-name'] ? {'tls-server-name': cluster['tls-server-name']} : {}),
  ...(cluster['insecure-skip-tls-verify'] ? {'insecure-skip-tls-verify': true} : {}),
  ...(dataOf(cluster) ? {'certificate-authority-data': dataOf(cluster)} : {}),
  ...(cluster['proxy-url'] ? {'proxy-url': cluster['proxy-url']} : {}),
  ...(cluster['disable-compression'] ? {'disable-compression': true} : {}),
  config: extensionOf(cluster),
})

/** What the cluster's entry keeps for plugins. */
const extensionOf = (cluster: Cluster): unknown => {
  const list = Array.isArray(cluster.extensions) ? (cluster.extensions as {name?: string; extension?: unknown}[]) : []
  return list.find(({name}) => name === `${group}/exec`)?.extension ?? null
}

const notInstalled = (command: string, hint: string | undefined): string =>
  `exec: executable ${command} not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
${hint ? `\n${hint}` : ''}`

export interface ExecOptions {
  readonly plugin: ExecPlugin
  readonly cluster: Cluster
  readonly policy: PluginPolicy
  readonly io: Io
}

export const runPlugin = ({plugin, cluster, policy, io}: ExecOptions): ExecCredential => {
  const {command = '', apiVersion = '', interactiveMode} = plugin
  checkPolicy(policy, command, io)
  const interactive = io.isTerminal.in && interactiveMode !== 'Never'
  if (interactiveMode === 'Always' && !io.isTerminal.in)
    throw new Error('exec plugin cannot support interactive mode: standard input is not a terminal')
  const spec = {...(plugin.provideClusterInfo ? {cluster: clusterInfo(cluster)} : {}), interactive}
  const extra = Object.fromEntries((plugin.env ?? []).map(({name, value}) => [name, value]))
  const info = JSON.stringify({kind: 'ExecCredential', apiVersion, spec})
  const {error, status, stdout} = spawnSync(command, plugin.args ?? [], {
    env: {...io.env, ...extra, KUBERNETES_EXEC_INFO: info},
    cwd: io.cwd,
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (error) {
    if (hasCode(error, 'ENOENT')) throw new Error(notInstalled(command, plugin.installHint), {cause: error})
    throw new Error(`exec: ${error.message}`, {cause: error})
  }
  if (status !== 0) throw new Error(`exec: executable ${command} failed with exit code ${status}`)
  return credentialIn(stdout, apiVersion)
}

interface Answer {
  readonly apiVersion?: string
  readonly status?: {
    readonly token?: string
    readonly clientCertificateData?: string
    readonly clientKeyData?: string
    readonly expirationTimestamp?: string
  }
}

const parse = (stdout: string): Answer => {
  try {
    return JSON.parse(stdout) as Answer
  } catch (error) {
    throw new Error('decoding stdout: the plugin did not print an ExecCredential', {cause: error})
  }
}

const credentialIn = (stdout: string, apiVersion: string): ExecCredential => {
  const answer = parse(stdout)
  if (answer.apiVersion !== apiVersion)
    throw new Error(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${answer.apiVersion || `${group}/__internal`}`,
    )
  const {status} = answer
  if (!status) throw new Error("exec plugin didn't return a status field")
  const {token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp} = status
  if (!token && !certificate && !key) throw new Error("exec plugin didn't return a token or cert/key pair")
  if (!certificate !== !key) throw new Error('exec plugin returned only certificate or key, not both')
  return {token, certificate, key, ...(expirationTimestamp ? {expires: Date.parse(expirationTimestamp)} : {})}
}
