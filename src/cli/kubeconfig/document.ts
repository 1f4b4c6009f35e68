// A kubeconfig as the document that is written: every entry with the fields it always has, in their order.
import type {Cluster, Context, ExecPlugin, KubeConfig, User} from './kubeconfig.ts'

type Raw = Record<string, unknown>

const clusterFields =
  'server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression extensions'
const userFields =
  'client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups as-user-extra username password auth-provider exec extensions'
const contextFields = 'cluster user namespace extensions'
const execFields = 'command args env apiVersion installHint provideClusterInfo interactiveMode'

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  value === false ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0)

const inOrder = (entry: Raw, fields: string, always: Raw): Raw => {
  const ordered: Raw = {}
  for (const field of fields.split(' ')) {
    if (!isEmpty(entry[field])) ordered[field] = entry[field]
    else if (field in always) ordered[field] = always[field]
  }
  return ordered
}

const execOf = (exec: ExecPlugin): Raw =>
  inOrder(exec as Raw, execFields, {command: '', args: null, env: exec.env ?? null, provideClusterInfo: false})

const clusterOf = (cluster: Cluster): Raw => inOrder(cluster, clusterFields, {server: ''})
const contextOf = (context: Context): Raw => inOrder(context, contextFields, {cluster: '', user: ''})
const userOf = (user: User): Raw => inOrder(user.exec ? {...user, exec: execOf(user.exec)} : user, userFields, {})

const listOf = <T>(entries: ReadonlyMap<string, T>, inner: string, write: (entry: T) => Raw): Raw[] | null =>
  entries.size === 0
    ? null
    : [...entries]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, entry]) => ({name, [inner]: write(entry)}))

export const documentOf = (config: KubeConfig): Raw => ({
  kind: 'Config',
  apiVersion: 'v1',
  ...(config.preferences && Object.keys(config.preferences).length > 0 ? {preferences: config.preferences} : {}),
  clusters: listOf(config.clusters, 'cluster', clusterOf),
  users: listOf(config.users, 'user', userOf),
  contexts: listOf(config.contexts, 'context', contextOf),
  'current-context': config.currentContext,
})
