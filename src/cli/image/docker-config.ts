// Who the user is for a registry: what `docker login` left, in its file or with a helper program.
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import type {Received} from '../../lib/cri/messages.ts'
import {hasCode} from '../../lib/node-error.ts'
import {UsageError} from '../../lib/usage-error.ts'

export type AuthConfig = Received<'AuthConfig'>

interface Entry {
  readonly username?: string
  readonly password?: string
  readonly auth?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

interface ConfigFile {
  readonly auths?: Readonly<Record<string, Entry>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
}

type Env = Readonly<Record<string, string | undefined>>

const read = (env: Env): ConfigFile => {
  const file = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ConfigFile
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return {}
    throw new UsageError(`${file}: ${(error as Error).message}`, {cause: error})
  }
}

/** Docker Hub has had several names. */
const keysOf = (registry: string): string[] =>
  registry === 'docker.io'
    ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io']
    : [registry]

const plain = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '')

const authOf = ({auth, identitytoken = '', password, registrytoken = '', username}: Entry): AuthConfig => {
  const [user = '', ...secret] = auth ? Buffer.from(auth, 'base64').toString().split(':') : []
  return {
    username: username ?? user,
    password: password ?? secret.join(':'),
    auth: '',
    serverAddress: '',
    identityToken: identitytoken,
    registryToken: registrytoken,
  }
}

/** `docker-credential-NAME get`: the registry on stdin, the answer on stdout. */
const askHelper = (helper: string, key: string, env: Env): AuthConfig | undefined => {
  const {status, stdout} = spawnSync(`docker-credential-${helper}`, ['get'], {
    input: key,
    env: {...env},
    encoding: 'utf8',
  })
  if (status !== 0) return undefined
  const {Secret = '', Username = ''} = JSON.parse(stdout) as {Username?: string; Secret?: string}
  return Username === '<token>' ? authOf({identitytoken: Secret}) : authOf({username: Username, password: Secret})
}

export const credentialsFor = (registry: string, env: Env): AuthConfig | undefined => {
  const {auths = {}, credHelpers = {}, credsStore} = read(env)
  for (const key of keysOf(registry)) {
    const helper = credHelpers[key] ?? credsStore
    const helped = helper ? askHelper(helper, key, env) : undefined
    if (helped) return helped
    const [, entry] = Object.entries(auths).find(([place]) => plain(place) === plain(key)) ?? []
    if (entry && Object.keys(entry).length > 0) return authOf(entry)
  }
  return undefined
}

/** Of every registry the file names. */
export const allCredentials = (env: Env): Record<string, AuthConfig> => {
  const {auths = {}, credHelpers = {}} = read(env)
  const registries = new Set([...Object.keys(auths), ...Object.keys(credHelpers)].map(plain))
  const named = [...registries].map((registry) => (/^(?:index\.)?docker\.io$/.test(registry) ? 'docker.io' : registry))
  return Object.fromEntries(
    [...new Set([...named, 'docker.io'])].flatMap((registry) => {
      const found = credentialsFor(registry, env)
      return found ? [[registry, found]] : []
    }),
  )
}
