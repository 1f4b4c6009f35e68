// Credential plugins: a program of the user's that prints an ExecCredential.
import {spawnSync} from 'node:child_process'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'
import type {Cluster, ExecPlugin, User} from '../kubeconfig/kubeconfig.ts'

interface ExecCredential {
  readonly status?: {
    readonly token?: string
    readonly clientCertificateData?: string
    readonly clientKeyData?: string
  }
}

const clusterInfo = (cluster: Cluster): object => ({
  server: cluster.server,
  'tls-server-name': cluster['tls-server-name'],
  'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
  'certificate-authority-data': cluster['certificate-authority-data'],
  'proxy-url': cluster['proxy-url'],
})

export const execCredential = (plugin: ExecPlugin, cluster: Cluster, io: Io): User => {
  const command = plugin.command ?? ''
  const apiVersion = plugin.apiVersion ?? 'client.authentication.k8s.io/v1'
  const interactive = io.isTerminal.in && plugin.interactiveMode !== 'Never'
  if (plugin.interactiveMode === 'Always' && !io.isTerminal.in)
    throw new Error(
      `getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal`,
    )
  const spec = {interactive, ...(plugin.provideClusterInfo ? {cluster: clusterInfo(cluster)} : {})}
  const info = JSON.stringify({kind: 'ExecCredential', apiVersion, spec})
  const extra = Object.fromEntries((plugin.env ?? []).map(({name, value}) => [name, value]))
  const {error, status, stdout} = spawnSync(command, plugin.args ?? [], {
    env: {...io.env, ...extra, KUBERNETES_EXEC_INFO: info},
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  const hint = plugin.installHint ? `\n\n${plugin.installHint}` : ''
  if (error) {
    const why = hasCode(error, 'ENOENT') ? `executable ${command} not found${hint}` : error.message
    throw new Error(`getting credentials: exec: ${why}`, {cause: error})
  }
  if (status !== 0) throw new Error(`getting credentials: exec: executable ${command} failed with exit code ${status}`)
  return fromStatus(stdout)
}

const fromStatus = (stdout: string): User => {
  let answer: ExecCredential
  try {
    answer = JSON.parse(stdout) as ExecCredential
  } catch (error) {
    throw new Error('getting credentials: decoding stdout: the plugin did not print an ExecCredential', {cause: error})
  }
  const {token, clientCertificateData, clientKeyData} = answer.status ?? {}
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64')
  return {
    ...(token ? {token} : {}),
    ...(clientCertificateData ? {'client-certificate-data': base64(clientCertificateData)} : {}),
    ...(clientKeyData ? {'client-key-data': base64(clientKeyData)} : {}),
  }
}
