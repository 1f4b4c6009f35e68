// Kubeconfig files: which ones, read and merged as kubectl does.
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import type {Invocation} from '../invocation.ts'
import {readYaml} from '../yaml/read.ts'

export interface Cluster {
  server?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
  'disable-compression'?: boolean
  [other: string]: unknown
}
export interface ExecPlugin {
  apiVersion?: string
  command?: string
  args?: string[] | null
  env?: {name: string; value: string}[] | null
  installHint?: string
  provideClusterInfo?: boolean
  interactiveMode?: string
}
export interface User {
  token?: string
  tokenFile?: string
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  username?: string
  password?: string
  as?: string
  'as-groups'?: string[]
  'as-uid'?: string
  'as-user-extra'?: Record<string, string[]>
  exec?: ExecPlugin
  'auth-provider'?: {name: string; config?: Record<string, string>}
  [other: string]: unknown
}
export interface Context {
  cluster?: string
  user?: string
  namespace?: string
  [other: string]: unknown
}

/** One file, or several as one; `origin`: the file an entry came from. */
export interface KubeConfig {
  clusters: Map<string, Cluster>
  users: Map<string, User>
  contexts: Map<string, Context>
  currentContext: string
  preferences?: Record<string, unknown>
}

type Raw = Record<string, unknown>

const entries = <T>(list: unknown, inner: string): Map<string, T> => {
  const found = new Map<string, T>()
  for (const item of Array.isArray(list) ? (list as Raw[]) : [])
    if (typeof item?.name === 'string' && !found.has(item.name)) found.set(item.name, (item[inner] ?? {}) as T)
  return found
}

export const emptyConfig = (): KubeConfig => ({
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: '',
})

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

export const parseKubeconfig = (text: string, file: string): KubeConfig => {
  let raw: unknown
  try {
    raw = readYaml(text)
  } catch (error) {
    throw new Error(`error loading config file "${file}": ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  if (raw === null || raw === undefined) return emptyConfig()
  if (typeof raw !== 'object' || Array.isArray(raw))
    throw new Error(
      `error loading config file "${file}": couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(raw)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    )
  const config = raw as Raw
  return {
    clusters: entries<Cluster>(config.clusters, 'cluster'),
    users: entries<User>(config.users, 'user'),
    contexts: entries<Context>(config.contexts, 'context'),
    currentContext: typeof config['current-context'] === 'string' ? config['current-context'] : '',
    ...(config.preferences && Object.keys(config.preferences).length > 0
      ? {preferences: config.preferences as Raw}
      : {}),
  }
}

type Wants = Pick<Invocation, 'globals' | 'io'>

/** --kubeconfig alone, else every file of KUBECONFIG, else ~/.kube/config. */
export const kubeconfigFiles = ({globals, io}: Wants): readonly string[] => {
  if (globals.kubeconfig !== '') return [resolve(io.cwd, globals.kubeconfig)]
  const listed = (io.env.KUBECONFIG ?? '').split(':').filter((file) => file !== '')
  return listed.length > 0 ? [...new Set(listed)] : [join(io.env.HOME ?? '', '.kube', 'config')]
}

const pathFields = {
  clusters: ['certificate-authority'],
  users: ['client-certificate', 'client-key', 'tokenFile'],
} as const

/** Paths in a file are relative to the file. */
const withFullPaths = (config: KubeConfig, file: string): KubeConfig => {
  const base = dirname(resolve(file))
  for (const part of ['clusters', 'users'] as const)
    for (const entry of config[part].values())
      for (const field of pathFields[part]) {
        const value = (entry as Raw)[field]
        if (typeof value === 'string' && value !== '') (entry as Raw)[field] = resolve(base, value)
      }
  return config
}

/** `shown`: the file as messages name it. */
export const loadFile = (file: string, shown = file): KubeConfig | undefined =>
  existsSync(file) ? parseKubeconfig(readFileSync(file, 'utf8'), shown) : undefined

/** Where `config` begins: a file that is not there yet is an empty one. */
export const startingKubeconfig = (wants: Wants): KubeConfig =>
  wants.globals.kubeconfig !== '' && !existsSync(resolve(wants.io.cwd, wants.globals.kubeconfig))
    ? emptyConfig()
    : loadKubeconfig(wants)

/** The first file that has an entry wins. */
export const loadKubeconfig = (wants: Wants): KubeConfig => {
  const merged = emptyConfig()
  const explicit = wants.globals.kubeconfig !== ''
  for (const file of kubeconfigFiles(wants)) {
    const loaded = loadFile(file, explicit ? wants.globals.kubeconfig : file)
    if (!loaded) {
      if (explicit) throw new Error(`stat ${wants.globals.kubeconfig}: no such file or directory`)
      continue
    }
    const config = withFullPaths(loaded, file)
    for (const part of ['clusters', 'users', 'contexts'] as const)
      for (const [name, entry] of config[part] as Map<string, object>)
        if (!merged[part].has(name)) (merged[part] as Map<string, object>).set(name, entry)
    if (merged.currentContext === '') merged.currentContext = config.currentContext
    if (config.preferences && !merged.preferences) merged.preferences = config.preferences
  }
  return merged
}
