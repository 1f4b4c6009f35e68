import {resolve} from 'node:path'
import {
  deleteUser as deleteDefinition,
  type setCredentialsFlags,
  setCredentials as setDefinition,
} from '../../commands/config/entries.ts'
import type {Invocation} from '../../invocation.ts'
import {editKubeconfig} from '../../kubeconfig/edit.ts'
import {type ExecPlugin, startingKubeconfig, type User} from '../../kubeconfig/kubeconfig.ts'
import {embedded} from './clusters.ts'
import {showHelp} from './help-on-mistake.ts'

type SetCredentials = Invocation<typeof setCredentialsFlags>

export const getUsers = async (invocation: Invocation): Promise<void> => {
  const {users} = startingKubeconfig(invocation)
  invocation.io.out(`${['NAME', ...[...users.keys()].toSorted()].join('\n')}\n`)
}

export const deleteUser = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation, deleteDefinition)
    return
  }
  const edit = editKubeconfig(invocation)
  const file = edit.fileOf('users', name)
  if (!edit.find('users', name)) throw new Error(`cannot delete user ${name}, not in ${file}`)
  edit.remove('users', name)
  edit.save()
  io.out(`deleted user ${name} from ${file}\n`)
}

/** `key=value` sets, `key-` takes away. */
const keyValues = (texts: readonly string[], what: string): {set: [string, string][]; gone: string[]} => {
  const set: [string, string][] = []
  const gone: string[] = []
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals > 0) set.push([text.slice(0, equals), text.slice(equals + 1)])
    else if (text.endsWith('-') && equals < 0) gone.push(text.slice(0, -1))
    else throw new Error(`${what} ${text} is not in the form key=value or key-`)
  }
  return {set, gone}
}

const execOf = ({flags: own, given}: SetCredentials, known: ExecPlugin | undefined): ExecPlugin | undefined => {
  const flagNames = ['exec-command', 'exec-api-version', 'exec-arg', 'exec-env', 'exec-interactive-mode']
  if (!known && !own['exec-command']) return undefined
  if (!flagNames.some(given) && !given('exec-provide-cluster-info')) return known
  const exec: ExecPlugin = {...known}
  if (given('exec-command')) exec.command = own['exec-command']
  if (given('exec-api-version')) exec.apiVersion = own['exec-api-version']
  // Arguments are those given now, also when there are none.
  exec.args = given('exec-arg') ? [...own['exec-arg']] : null
  if (given('exec-interactive-mode')) exec.interactiveMode = own['exec-interactive-mode']
  if (given('exec-provide-cluster-info')) exec.provideClusterInfo = own['exec-provide-cluster-info']
  exec.env = changedEnv(exec.env ?? [], own['exec-env'])
  return exec
}

const changedEnv = (env: readonly {name: string; value: string}[], texts: readonly string[]) => {
  const {set, gone} = keyValues(texts, 'exec-env')
  const kept = env.filter(({name}) => !gone.includes(name)).map((one) => ({...one}))
  for (const [name, value] of set) {
    const known = kept.find((one) => one.name === name)
    if (known) known.value = value
    else kept.push({name, value})
  }
  return kept
}

const certificates = (invocation: SetCredentials, user: User): User => {
  const {flags: own, given, io} = invocation
  const changed = {...user}
  for (const field of ['client-certificate', 'client-key'] as const) {
    const file = own[field]
    if (!given(field)) continue
    changed[field] = file === '' || own['embed-certs'] ? '' : resolve(io.cwd, file)
    changed[`${field}-data`] = file !== '' && own['embed-certs'] ? embedded(invocation, field, file) : ''
  }
  return changed
}

const provider = ({flags: own, given}: SetCredentials, user: User): User => {
  if (!given('auth-provider') && !given('auth-provider-arg')) return user
  const {set, gone} = keyValues(own['auth-provider-arg'], 'auth-provider-arg')
  const name = own['auth-provider'] || user['auth-provider']?.name || ''
  const config = {...user['auth-provider']?.config, ...Object.fromEntries(set)}
  for (const key of gone) delete config[key]
  return {...user, 'auth-provider': {name, config}}
}

const checkMethods = ({flags: own}: SetCredentials): void => {
  const methods: string[] = []
  if (own.token !== '') methods.push('--token')
  if (own.username !== '' || own.password !== '') methods.push('--username/--password')
  if (methods.length > 1)
    throw new Error(`you cannot specify more than one authentication method at the same time: ${methods.join(', ')}`)
  if (own['embed-certs'] && own['client-certificate'] === '' && own['client-key'] === '')
    throw new Error('you must specify a --client-certificate or --client-key to embed')
}

export const setCredentials = async (invocation: SetCredentials): Promise<void> => {
  const {flags: own, args, given, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation as unknown as Invocation, setDefinition)
    throw new Error(`unexpected args: [${args.join(' ')}]`)
  }
  checkMethods(invocation)
  const edit = editKubeconfig(invocation)
  let user = certificates(invocation, {...edit.find<User>('users', name)})
  // A token and a password exclude each other, also with what was there before.
  if (given('token')) user = {...user, token: own.token, ...(own.token ? {username: '', password: ''} : {})}
  if (given('username')) user = {...user, username: own.username, token: ''}
  if (given('password')) user = {...user, password: own.password, token: ''}
  user = provider(invocation, user)
  const exec = execOf(invocation, user.exec)
  edit.set('users', name, exec ? {...user, exec} : user)
  edit.save()
  io.out(`User "${name}" set.\n`)
}
