// Who we are to the server: from the kubeconfig's user, its files, its plugin or its provider.
import {readFileSync} from 'node:fs'
import type {Invocation} from '../invocation.ts'
import type {Cluster, User} from '../kubeconfig/kubeconfig.ts'
import type {ExecCredential} from './exec-credential.ts'
import {isFresh, type OidcConfig} from './oidc.ts'
import type {Selected} from './selected.ts'

type Wants = Pick<Invocation, 'globals' | 'io'>

export interface Credentials {
  /** Asked for every request: tokens are replaced while a command runs. */
  headers(): Promise<Record<string, string>>
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** After the server refused: whether there is something new to try. */
  renew(): Promise<boolean>
}

/** Names no one: kubectl would ask a person. */
export const isAnonymous = (user: User): boolean =>
  !(
    user.username ||
    user.token ||
    user.tokenFile ||
    user['client-certificate'] ||
    user['client-certificate-data'] ||
    user['auth-provider'] ||
    user.exec
  )

const bearer = (token: string): Record<string, string> => ({authorization: `Bearer ${token}`})

const gettingCredentials = (error: unknown): Error =>
  new Error(`getting credentials: ${error instanceof Error ? error.message : String(error)}`, {cause: error})

const byPlugin = async (user: User, cluster: Cluster, userName: string, wants: Wants): Promise<Credentials> => {
  const plugin = user.exec ?? {}
  const {checkPlugin, runPlugin} = await import('./exec-credential.ts')
  checkPlugin(plugin, userName)
  const {pluginPolicy} = await import('../kuberc-file.ts')
  const policy = pluginPolicy(wants)
  const run = (): ExecCredential => {
    try {
      return runPlugin({plugin, cluster, policy, io: wants.io})
    } catch (error) {
      throw gettingCredentials(error)
    }
  }
  let current = run()
  return {
    async headers() {
      if (current.expires !== undefined && current.expires <= wants.io.now()) current = run()
      return current.token ? bearer(current.token) : {}
    },
    certificate: current.certificate,
    key: current.key,
    async renew() {
      const before = current.token
      current = run()
      return current.token !== before
    },
  }
}

const byProvider = (config: OidcConfig, userName: string, wants: Wants): Credentials => {
  let current = config
  const renew = async (): Promise<boolean> => {
    const {refreshed} = await import('./oidc.ts')
    current = await refreshed(current)
    const {saveProvider} = await import('../kubeconfig/save-provider.ts')
    saveProvider(wants, userName, current)
    return true
  }
  return {
    async headers() {
      if (!isFresh(current['id-token'], wants.io.now())) await renew()
      return bearer(current['id-token'] ?? '')
    },
    renew,
  }
}

const plain = (user: User): Credentials => ({
  async headers() {
    const token = user.tokenFile ? readFileSync(user.tokenFile, 'utf8').trim() : user.token
    if (token) return bearer(token)
    if (!user.username) return {}
    return {authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`}
  },
  async renew() {
    return false
  },
})

export const credentialsOf = async ({user, cluster, userName}: Selected, wants: Wants): Promise<Credentials> => {
  const hasOwn = Boolean(user.token || user.tokenFile || user.username)
  if (user.exec && !hasOwn) return byPlugin(user, cluster, userName, wants)
  const provider = user['auth-provider']
  if (!provider || hasOwn) return plain(user)
  if (provider.name !== 'oidc') throw new Error(`no Auth Provider found for name ${JSON.stringify(provider.name)}`)
  return byProvider(provider.config ?? {}, userName, wants)
}

/** Name and password, asked from whoever sits at the terminal. */
export const askForUser = ({io}: Wants): User => {
  io.out('Please enter Username: ')
  const [username, password] = io.readStdin().toString('utf8').split('\n')
  if (!username) throw new Error('EOF')
  io.out('Please enter Password: ')
  if (password === undefined || password === '') throw new Error('EOF')
  return {username, password}
}
