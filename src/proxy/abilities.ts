// What this machine's kernel can do for services and policies: tried, not guessed.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import type {Logger} from '../lib/logger.ts'
import type {ProxyMode, ProxyNetwork} from './contract.ts'
import {canFilterBridges} from './machine.ts'
import {difference} from './nftables/diff.ts'
import {type Nft, NftMissing} from './nftables/nft.ts'
import {addPolicies} from './nftables/policy-rules.ts'
import {TableBuilder} from './nftables/ruleset.ts'
import {addServices} from './nftables/service-rules.ts'

export interface Abilities {
  /** Absent: services can go through the kernel. */
  readonly servicesLack?: string | undefined
  readonly policiesLack?: string | undefined
}

/** Every kind of rule once. */
const trial = ({podRanges, serviceRanges, balancerRanges}: ProxyNetwork): string => {
  const table = new TableBuilder('ip', 'mini-trial')
  const backends = ['192.0.2.1', '192.0.2.2'].map((address) => ({address, port: 80, nodeName: 'trial'}))
  const port = {
    protocol: 'UDP' as const,
    port: 80,
    clusterIps: ['192.0.2.3'],
    externalIps: [],
    balancerIps: ['192.0.2.4'],
    sourceRanges: ['192.0.2.0/24'],
    nodePort: 30_000,
    clusterBackends: backends,
    internalBackends: backends,
    externalBackends: backends,
    elsewhere: [],
    internalLocal: false,
    externalLocal: true,
    healthCheckNodePort: undefined,
  }
  addServices(
    table,
    [
      {...port, key: 'trial/a:80/UDP', affinitySeconds: 0},
      {
        ...port,
        key: 'trial/b:80/UDP',
        affinitySeconds: 1,
        clusterIps: ['192.0.2.5'],
        balancerIps: [],
        nodePort: 30_001,
      },
      {
        ...port,
        key: 'trial/c:80/UDP',
        affinitySeconds: 0,
        externalLocal: false,
        clusterIps: ['192.0.2.6'],
        nodePort: 30_002,
      },
    ],
    {
      pods: podRanges,
      ofNode: new Map(),
      serviceRanges,
      balancerRanges,
      servedElsewhere: [],
      udpZone: 1,
      nodeAddresses: [],
    },
  )
  const rule = {
    peers: {addresses: new Set(['192.0.2.1']), ranges: []},
    ports: [{protocol: 'TCP' as const, first: 1, last: 9}],
  }
  addPolicies(table, [{key: 'trial/a', selected: ['192.0.2.1'], ingress: [rule], egress: [rule]}])
  return difference(undefined, table)
}

const nftLack = async (nft: Nft, network: ProxyNetwork): Promise<string | undefined> => {
  try {
    await nft.check(trial(network))
    return undefined
  } catch (error) {
    if (error instanceof NftMissing) return 'nft (nftables) is not installed'
    return `the kernel does not take nftables rules: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** The module that makes bridged packets visible is not loaded everywhere. */
const bridgeLack = async (): Promise<string | undefined> => {
  if (!canFilterBridges())
    await promisify(execFile)('modprobe', ['br_netfilter'], {timeout: 5000}).catch(() => undefined)
  return canFilterBridges() ? undefined : 'the kernel has no br_netfilter, which shows it what passes over a bridge'
}

export const findAbilities = async (nft: Nft, network: ProxyNetwork): Promise<Abilities> => {
  const lack = process.getuid?.() === 0 ? ((await nftLack(nft, network)) ?? (await bridgeLack())) : 'this needs root'
  return {servicesLack: lack, policiesLack: lack}
}

export const chooseMode = (
  wanted: ProxyMode | 'auto',
  {servicesLack}: Abilities,
  logger: Logger,
): {readonly mode: ProxyMode; readonly reason?: string | undefined} => {
  if (wanted === 'userspace') return {mode: 'userspace'}
  if (!servicesLack) return {mode: 'nftables'}
  if (wanted === 'nftables') logger.warn('nftables was asked for and cannot be had', {reason: servicesLack})
  return {mode: 'userspace', reason: servicesLack}
}
