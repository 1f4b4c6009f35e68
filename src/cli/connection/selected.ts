// Which cluster and user the kubeconfig and the flags over it mean.
import type {GlobalValues} from '../global-flags.ts'
import type {Cluster, KubeConfig, User} from '../kubeconfig/kubeconfig.ts'
import {Failure} from '../usage-mistake.ts'

export interface Selected {
  readonly cluster: Cluster
  readonly user: User
  /** As messages and the files of its own name it. */
  readonly userName: string
  readonly clusterName: string
  readonly namespace: string
}

const select = (config: KubeConfig, globals: GlobalValues): Selected => {
  const contextName = globals.context || config.currentContext
  const context = config.contexts.get(contextName)
  const mistakes: string[] = []
  if (contextName !== '' && !context) {
    if (globals.context && globals.namespace) throw new Error(`context "${contextName}" does not exist`)
    mistakes.push(`context was not found for specified context: ${contextName}`)
  }
  const userName = globals.user || context?.user || ''
  const user = config.users.get(userName)
  const clusterName = globals.cluster || context?.cluster || ''
  const cluster = config.clusters.get(clusterName)
  if (globals.cluster && !cluster && !globals.server) {
    if (mistakes.length === 0) throw new Error(`no server found for cluster "${clusterName}"`)
    mistakes.push(`no server found for cluster "${clusterName}"`)
  }
  if (mistakes.length > 0)
    throw new Failure(
      mistakes.length === 1
        ? `Error in configuration: ${mistakes[0]}`
        : `Error in configuration: \n${mistakes.map((line) => `* ${line}`).join('\n')}`,
    )
  if (globals.user && !user) throw new Error(`auth info "${globals.user}" does not exist`)
  return {
    cluster: cluster ?? {},
    user: user ?? {},
    userName,
    clusterName,
    namespace: globals.namespace || context?.namespace || 'default',
  }
}

const clusterOverrides = (globals: GlobalValues): Cluster => ({
  // Another server has another name, unless that is given too.
  ...(globals.server ? {server: globals.server, 'tls-server-name': ''} : {}),
  ...(globals['certificate-authority']
    ? {'certificate-authority': globals['certificate-authority'], 'certificate-authority-data': ''}
    : {}),
  ...(globals['insecure-skip-tls-verify']
    ? {'insecure-skip-tls-verify': true, 'certificate-authority': '', 'certificate-authority-data': ''}
    : {}),
  ...(globals['tls-server-name'] ? {'tls-server-name': globals['tls-server-name']} : {}),
})

const userOverrides = (globals: GlobalValues): User => ({
  ...(globals.token ? {token: globals.token, tokenFile: ''} : {}),
  ...(globals['client-certificate']
    ? {'client-certificate': globals['client-certificate'], 'client-certificate-data': ''}
    : {}),
  ...(globals['client-key'] ? {'client-key': globals['client-key'], 'client-key-data': ''} : {}),
  ...(globals.username ? {username: globals.username, password: globals.password} : {}),
})

/** The kubeconfig with the flags over it. */
export const selectedBy = (config: KubeConfig, globals: GlobalValues): Selected => {
  const chosen = select(config, globals)
  return {
    ...chosen,
    cluster: {...chosen.cluster, ...clusterOverrides(globals)},
    user: {...chosen.user, ...userOverrides(globals)},
  }
}
