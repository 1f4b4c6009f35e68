// This machine, as its pods see it.
import {networkInterfaces} from 'node:os'
import {familyOf, type IpFamily} from '../api/meta/ip.ts'
import {firstAddress} from './address-in-range.ts'
import type {SettledConfig} from './config.ts'
import {nodeRanges} from './runtime-places.ts'

const loopback = {IPv4: '127.0.0.1', IPv6: '::1'} as const
/** Those of one network segment are nobody's name for this machine. */
const LINK_LOCAL = /^(169\.254\.|fe[89ab])/i
/** Bridges and pods' ends of mini's own. */
const OURS = /^m(ini|v)[\da-f]{8,}/

/** The machine's first address of this family that others could reach. */
export const machineAddress = (wanted: IpFamily = 'IPv4'): string =>
  Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) => (OURS.test(name) ? [] : addresses))
    .find(({address, family, internal}) => family === wanted && !internal && !LINK_LOCAL.test(address))?.address ??
  loopback[wanted]

/** As nodes say theirs: one a family of the cluster's. */
export const machineAddresses = ({podCidrs}: Pick<SettledConfig, 'podCidrs'>): readonly string[] =>
  podCidrs.map((range) => machineAddress(familyOf(range.split('/')[0] ?? '')))

/** `host.mini.internal`: the first node's bridge, which stays when the machine moves to another network. */
export const hostAddresses = (config: Pick<SettledConfig, 'runtime' | 'podCidrs'>): readonly string[] =>
  config.runtime === 'mini' ? nodeRanges(config.podCidrs, 0).map(firstAddress) : machineAddresses(config)
