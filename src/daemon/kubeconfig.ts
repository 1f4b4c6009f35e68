// The way in for other clients: a kubeconfig of the profile's own, and its context merged into the user's.
import {mkdirSync, readFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {dump, load} from 'js-yaml'
import {hasCode} from '../lib/node-error.ts'
import {replaceFile} from './replace-file.ts'

export interface Access {
  readonly name: string
  readonly server: string
  readonly caCertificate: string
  readonly certificate: string
  readonly key: string
}

interface Named {
  name: string
  [part: string]: unknown
}

interface KubeConfig {
  clusters: Named[]
  users: Named[]
  contexts: Named[]
  'current-context': string
  [other: string]: unknown
}

const base64 = (pem: string): string => Buffer.from(pem).toString('base64')

const empty = (): KubeConfig => ({
  apiVersion: 'v1',
  kind: 'Config',
  preferences: {},
  clusters: [],
  users: [],
  contexts: [],
  'current-context': '',
})

/** Null where the user's file is not one we can add to: it is theirs, so it stays as it is. */
const read = (file: string): KubeConfig | undefined => {
  try {
    const parsed: unknown = load(readFileSync(file, 'utf8'))
    if (parsed === null || parsed === undefined) return empty()
    if (typeof parsed !== 'object' || Array.isArray(parsed)) return undefined
    const config = {...empty(), ...parsed}
    for (const part of ['clusters', 'users', 'contexts'] as const) if (!Array.isArray(config[part])) config[part] = []
    return config
  } catch (error) {
    return hasCode(error, 'ENOENT') ? empty() : undefined
  }
}

const without = (list: readonly Named[], name: string): Named[] => list.filter((entry) => entry.name !== name)

const addTo = (config: KubeConfig, {name, server, caCertificate, certificate, key}: Access): KubeConfig => ({
  ...config,
  clusters: [
    ...without(config.clusters, name),
    {name, cluster: {'certificate-authority-data': base64(caCertificate), server}},
  ],
  users: [
    ...without(config.users, name),
    {name, user: {'client-certificate-data': base64(certificate), 'client-key-data': base64(key)}},
  ],
  contexts: [...without(config.contexts, name), {name, context: {cluster: name, namespace: 'default', user: name}}],
  'current-context': name,
})

const removeFrom = (config: KubeConfig, name: string): KubeConfig => ({
  ...config,
  clusters: without(config.clusters, name),
  users: without(config.users, name),
  contexts: without(config.contexts, name),
  'current-context': config['current-context'] === name ? '' : config['current-context'],
})

export const writeKubeconfig = (file: string, access: Access): void =>
  replaceFile(file, dump(addTo(empty(), access), {lineWidth: -1}))

/** False when the user's file could not be read or written; the profile's own always is. */
export const mergeKubeconfig = (file: string, access: Access): boolean => {
  const config = read(file)
  if (!config) return false
  try {
    mkdirSync(dirname(file), {recursive: true, mode: 0o700})
    // Whoever works on another cluster by default goes on doing so.
    const current = config['current-context'] || access.name
    replaceFile(file, dump({...addTo(config, access), 'current-context': current}, {lineWidth: -1}))
    return true
  } catch {
    return false
  }
}

export const unmergeKubeconfig = (file: string, name: string): void => {
  const config = read(file)
  if (!config?.contexts.some((context) => context.name === name)) return
  replaceFile(file, dump(removeFrom(config, name), {lineWidth: -1}))
}

/**
 * The user's file points at the cluster that a profile's own file describes, and at it by default. Gives what changed;
 * undefined when the file cannot be added to.
 */
export const pointKubeconfig = (file: string, own: string, name: string): {readonly changed: boolean} | undefined => {
  const [config, source] = [read(file), read(own)]
  if (!config || !source) return undefined
  const updated: KubeConfig = {...config, 'current-context': name}
  for (const part of ['clusters', 'users', 'contexts'] as const) {
    const entry = source[part].find((one) => one.name === name)
    const rest = without(config[part], name)
    const at = config[part].findIndex((one) => one.name === name)
    if (entry) updated[part] = at < 0 ? [...rest, entry] : rest.toSpliced(at, 0, entry)
  }
  const changed = dump(updated) !== dump(config)
  if (!changed) return {changed}
  mkdirSync(dirname(file), {recursive: true, mode: 0o700})
  replaceFile(file, dump(updated, {lineWidth: -1}))
  return {changed}
}
