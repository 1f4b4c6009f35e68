// What a profile was started with: flags of `mini start`, kept in config.yaml for the next start.
import {readFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {dump, load} from 'js-yaml'
import {hasCode} from '../lib/node-error.ts'
import {UsageError} from '../lib/usage-error.ts'
import {type IpFamilies, ipFamilies, type SettledRanges, settleRanges} from './families.ts'
import {claimRanges, usualRanges} from './ranges.ts'
import {replaceFile} from './replace-file.ts'

export const addonNames = ['storage', 'metrics', 'dns', 'ingress'] as const
export type AddonName = (typeof addonNames)[number]

export const runtimeNames = ['mini', 'containerd', 'simulated'] as const
export type RuntimeName = (typeof runtimeNames)[number]

export interface DaemonConfig {
  readonly nodes: number
  /** Which ones, since nodes came and went; absent: the first. */
  readonly nodeNumbers?: readonly number[] | undefined
  readonly runtime: RuntimeName
  /** A CRI socket that somebody else serves; then `runtime` only says what it is. */
  readonly containerRuntimeEndpoint?: string | undefined
  /** 0: the one of the last start if it is free, else any. */
  readonly apiserverPort: number
  readonly listenAddress: string
  /** Absent: those of the ranges given, else IPv4. */
  readonly ipFamily?: IpFamilies | undefined
  /** Absent: what no other profile on this machine has. Of two families one each, with a comma. */
  readonly podCidr?: string | undefined
  readonly serviceClusterIpRange?: string | undefined
  readonly addons: readonly AddonName[]
  /** Everything goes when the daemon stops. */
  readonly ephemeral: boolean
  /** `first-last`: where node ports are given from. */
  readonly serviceNodePortRange: string
  readonly proxyMode: 'auto' | 'nftables' | 'userspace'
  readonly maxPods: number
  /** Names of services on this machine too. */
  readonly hostDns: boolean
  /** Folders of CNI: with a configuration the embedded runtime makes pod networks by its plugins. */
  readonly cniConfDir?: string | undefined
  readonly cniBinDir?: string | undefined
  /** How the embedded runtime starts containers. */
  readonly launcher: 'auto' | 'unshare' | 'runc' | 'crun'
  /** Asked before Docker Hub, or `registry=mirror` before that registry. */
  readonly registryMirrors: readonly string[]
  /** Hosts or ranges without TLS, or with a certificate nobody vouches for. */
  readonly insecureRegistries: readonly string[]
}

export const defaultConfig: DaemonConfig = {
  nodes: 1,
  runtime: 'mini',
  apiserverPort: 0,
  listenAddress: '127.0.0.1',
  addons: addonNames,
  ephemeral: false,
  serviceNodePortRange: '30000-32767',
  proxyMode: 'auto',
  maxPods: 110,
  hostDns: false,
  launcher: 'auto',
  registryMirrors: [],
  insecureRegistries: [],
}

const integer = (name: string, value: unknown, {min, max}: {min: number; max: number}): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be a whole number from ${min} to ${max}`)
  return value
}

const numbers = (name: string, value: unknown): readonly number[] => {
  if (!Array.isArray(value)) throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be a list`)
  return value.map((number) => integer(name, number, {min: 1, max: 10_000}))
}

const oneOf = <Choice extends string>(name: string, value: unknown, choices: readonly Choice[]): Choice => {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be one of ${choices.join(', ')}`)
  return found
}

const address = (name: string, value: unknown): string => {
  if (typeof value !== 'string' || isIP(value) === 0)
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be an IP address`)
  return value
}

const cidr = (name: string, value: unknown): string => {
  const [ip = '', bits = '', more] = typeof value === 'string' ? value.split('/') : []
  const widest = isIP(ip) === 4 ? 32 : isIP(ip) === 6 ? 128 : 0
  if (widest === 0 || more !== undefined || !/^\d+$/.test(bits) || Number(bits) > widest)
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be a range such as 10.244.0.0/16`)
  return `${ip}/${bits}`
}

const cidrs = (name: string, value: unknown): string => {
  const ranges = (typeof value === 'string' ? value.split(',') : [value]).map((range) => cidr(name, range))
  const families = new Set(ranges.map((range) => range.includes(':')))
  if (ranges.length > families.size)
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: may have one range of IPv4 and one of IPv6`)
  return ranges.join(',')
}

const addons = (value: unknown): readonly AddonName[] => {
  if (!Array.isArray(value)) throw new UsageError(`invalid addons ${JSON.stringify(value)}: must be a list`)
  return [...new Set(value.map((addon) => oneOf('addons', addon, addonNames)))]
}

const flag = (name: string, value: unknown): boolean => {
  if (typeof value !== 'boolean')
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be true or false`)
  return value
}

const text = (name: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '') throw new UsageError(`invalid ${name}: must be a text`)
  return value
}

const texts = (name: string, value: unknown): readonly string[] => {
  if (!Array.isArray(value)) throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be a list`)
  return value.map((entry) => text(name, entry))
}

/** As the API server's own flag has it: both ends, or the first and how many more. */
export const portRange = (text: string): {readonly first: number; readonly last: number} => {
  const [, first = '', sign = '-', second = first] = /^(\d+)(?:([-+])(\d+))?$/.exec(text) ?? []
  return {first: Number(first), last: sign === '+' ? Number(first) + Number(second) : Number(second)}
}

const ports = (name: string, value: unknown): string => {
  const {first, last} = portRange(typeof value === 'string' ? value : '')
  if (typeof value !== 'string' || !(first >= 1 && first <= last && last <= 65_535))
    throw new UsageError(`invalid ${name} ${JSON.stringify(value)}: must be ports such as 30000-32767`)
  return value
}

const checks: {readonly [Name in keyof DaemonConfig]-?: (value: unknown) => DaemonConfig[Name]} = {
  nodes: (value) => integer('nodes', value, {min: 0, max: 10_000}),
  nodeNumbers: (value) => numbers('nodeNumbers', value),
  runtime: (value) => oneOf('runtime', value, runtimeNames),
  containerRuntimeEndpoint: (value) => text('containerRuntimeEndpoint', value),
  apiserverPort: (value) => integer('apiserverPort', value, {min: 0, max: 65_535}),
  listenAddress: (value) => address('listenAddress', value),
  ipFamily: (value) => oneOf('ipFamily', value, ipFamilies),
  podCidr: (value) => cidrs('podCidr', value),
  serviceClusterIpRange: (value) => cidrs('serviceClusterIpRange', value),
  addons,
  ephemeral: (value) => flag('ephemeral', value),
  serviceNodePortRange: (value) => ports('serviceNodePortRange', value),
  proxyMode: (value) => oneOf('proxyMode', value, ['auto', 'nftables', 'userspace'] as const),
  hostDns: (value) => flag('hostDns', value),
  maxPods: (value) => integer('maxPods', value, {min: 1, max: 500}),
  registryMirrors: (value) => texts('registryMirrors', value),
  insecureRegistries: (value) => texts('insecureRegistries', value),
  cniConfDir: (value) => text('cniConfDir', value),
  cniBinDir: (value) => text('cniBinDir', value),
  launcher: (value) => oneOf('launcher', value, ['auto', 'unshare', 'runc', 'crun'] as const),
}

/** For mini-cri. */
export const registryFlags = ({insecureRegistries, registryMirrors}: DaemonConfig): string[] => [
  ...registryMirrors.flatMap((mirror) => ['--mirror', mirror]),
  ...insecureRegistries.flatMap((registry) => ['--insecure-registry', registry]),
]

/** What the daemon works with: nothing left to choose. */
export interface SettledConfig extends DaemonConfig, SettledRanges {}

/** Simulated pods and services have no addresses anybody could reach: nothing to keep apart. */
export const settle = (config: DaemonConfig, folder: string): SettledConfig => {
  const ranges = settleRanges(config, config.runtime === 'simulated' ? usualRanges : claimRanges(folder))
  const isIpv6Only = ranges.serviceCidrs.every((range) => range.includes(':'))
  // Pods reach the server through a service, whose endpoints are of its own family.
  const listenAddress = isIpv6Only && config.listenAddress === '127.0.0.1' ? '::1' : config.listenAddress
  return {...config, ...ranges, listenAddress}
}

/** Adds `changes` to `config`; refuses what it does not know, by name. */
export const withChanges = (config: DaemonConfig, changes: Readonly<Record<string, unknown>>): DaemonConfig => {
  // So many nodes as from the beginning: which ones there were does not matter any more.
  const changed: Record<string, unknown> = changes.nodes === undefined ? {} : {nodeNumbers: undefined}
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    const check = Object.hasOwn(checks, name) ? checks[name as keyof DaemonConfig] : undefined
    if (!check)
      throw new UsageError(`unknown setting ${JSON.stringify(name)}; known: ${Object.keys(checks).join(', ')}`)
    changed[name] = check(value)
  }
  return {...config, ...changed}
}

export const readConfig = (file: string): DaemonConfig => {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return defaultConfig
    throw error
  }
  try {
    const parsed = load(content) ?? {}
    if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new UsageError('must be a map of settings')
    return withChanges(defaultConfig, parsed as Record<string, unknown>)
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`, {cause: error})
  }
}

export const saveConfig = (file: string, config: DaemonConfig): void =>
  replaceFile(
    file,
    `# Settings of the last 'mini start'; the next one uses them again.\n${dump(config, {skipInvalid: true})}`,
  )
