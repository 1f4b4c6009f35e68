// This machine, as its pods see it.
import {networkInterfaces} from 'node:os'
import {firstAddress} from './address-in-range.ts'
import type {SettledConfig} from './config.ts'
import {rangeOf} from './runtime-places.ts'

/** The machine's first address that others could reach. */
export const machineAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({family, internal}) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'

/** `host.mini.internal`: the first node's bridge, which stays when the machine moves to another network. */
export const hostAddresses = ({runtime, podCidr}: Pick<SettledConfig, 'runtime' | 'podCidr'>): readonly string[] => [
  runtime === 'mini' ? firstAddress(rangeOf(podCidr, 0)) : machineAddress(),
]
