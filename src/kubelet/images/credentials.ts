// Credentials for registries from docker's configuration files, as secrets carry them.
import type {DeepReadonly} from '../../api/object.ts'
import type {Secret} from '../../api/schema/types.gen.ts'
import type {Message} from '../../lib/cri/messages.ts'

export interface Key {
  /** `registry.example.com`, `*.example.com`, with a path or without. */
  readonly place: string
  readonly auth: Message<'AuthConfig'>
}
export type Keyring = Key[]

interface DockerEntry {
  readonly username?: string
  readonly password?: string
  readonly auth?: string
  readonly identitytoken?: string
}

const withoutScheme = (place: string): string => place.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '')

const authOf = ({auth, identitytoken, password, username}: DockerEntry): Message<'AuthConfig'> => {
  const [user, ...rest] = auth ? Buffer.from(auth, 'base64').toString().split(':') : []
  return {username: username ?? user ?? '', password: password ?? rest.join(':'), identityToken: identitytoken ?? ''}
}

const parse = (text: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

const keysOf = (entries: Record<string, unknown>): Keyring =>
  Object.entries(entries).map(([place, entry]) => ({place: withoutScheme(place), auth: authOf(entry as DockerEntry)}))

/** The text of a `config.json`, as `docker login` writes it. */
export const parseDockerFile = (text: string): Keyring => keysOf((parse(text).auths as Record<string, unknown>) ?? {})

export const parseDockerConfig = ({data = {}}: DeepReadonly<Secret>): Keyring => {
  const decode = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString() || '{}'
  return [...keysOf(parse(decode('.dockercfg'))), ...parseDockerFile(decode('.dockerconfigjson'))]
}

const registryOf = (image: string): string => {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'index.docker.io'
}

const hostMatches = (pattern: string, host: string): boolean => {
  const [a, b] = [pattern.split('.'), host.split('.')]
  return a.length === b.length && a.every((part, index) => part === '*' || part === b[index])
}

const matches = ({place}: Key, image: string): boolean => {
  const [pattern = '', ...path] = place.split('/')
  const registry = registryOf(image)
  const known = registry === 'index.docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry]
  return (
    known.some((host) => hostMatches(pattern, host)) && image.replace(`${registry}/`, '').startsWith(path.join('/'))
  )
}

/** The most particular ones first. */
export const credentialsFor = (keyring: Keyring, image: string): Message<'AuthConfig'>[] =>
  [...keyring]
    .sort((a, b) => b.place.length - a.place.length)
    .filter((key) => matches(key, image))
    .map(({auth}) => auth)
