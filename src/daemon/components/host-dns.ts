// Names of services on this machine itself, for who asked for it: systemd-resolved is told who knows the cluster's
// domain. It forgets that with the device it was told about, so nothing of the machine's own files is ever touched.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import type {Profile} from '../../client/profile.ts'
import {hasCode} from '../../lib/node-error.ts'
import {profileHash} from '../../runtime/ids.ts'
import type {Component, DaemonContext} from '../component.ts'
import {dnsAddresses} from './dns.ts'

const DOMAIN = 'cluster.local'
const NAME = 'host-dns'

const deviceOf = ({folder}: Profile): string => `minid${profileHash(folder)}`
const peerOf = ({folder}: Profile): string => `mvd${profileHash(folder)}`

const ip = (...args: string[]): Promise<unknown> => promisify(execFile)('ip', args)

/** Safe where there is none. */
export const removeHostDns = async (profile: Profile): Promise<void> => {
  await ip('link', 'delete', deviceOf(profile)).catch(() => undefined)
}

/** A device of its own, with a carrier and an address: resolved asks nobody behind one without. */
const createDevice = async (device: string, peer: string, addresses: readonly string[]): Promise<void> => {
  await ip('link', 'add', device, 'type', 'veth', 'peer', 'name', peer)
  await ip('link', 'set', peer, 'up')
  for (const address of addresses)
    await ip('address', 'add', `${address}/${address.includes(':') ? 128 : 32}`, 'dev', device)
  await ip('link', 'set', device, 'up')
}

const instruct = async (device: string, addresses: readonly string[], path: string): Promise<void> => {
  const resolvectl = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('resolvectl', args, {env: {PATH: path}, timeout: 10_000})
  await resolvectl('dns', device, ...addresses)
  await resolvectl('domain', device, `~${DOMAIN}`)
  await resolvectl('default-route', device, 'false')
}

const advice = (address: string): string =>
  `names of services do not resolve on this machine: it has no systemd-resolved. Its own resolver can be told: server=/${DOMAIN}/${address} (dnsmasq), forward-zone: name: ${DOMAIN}. forward-addr: ${address} (unbound), or nameserver ${address} as the first line of /etc/resolv.conf`

const setUp = async ({config, lacks, logger, path, profile}: DaemonContext): Promise<void> => {
  const addresses = dnsAddresses(config)
  const device = deviceOf(profile)
  await removeHostDns(profile)
  try {
    await createDevice(device, peerOf(profile), addresses)
    await instruct(device, addresses, path)
    lacks.delete(NAME)
    logger.info('names of services resolve on this machine', {device, domain: DOMAIN})
  } catch (error) {
    await removeHostDns(profile)
    lacks.set(NAME, advice(addresses[0] ?? ''))
    if (!hasCode(error, 'ENOENT')) logger.warn('systemd-resolved was not told of the cluster', {error})
  }
}

export const hostDns: Component = {
  name: NAME,
  usesAddons: true,
  wanted: ({addons, hostDns: isWanted, runtime}) =>
    isWanted && addons.includes('dns') && runtime !== 'simulated' && process.getuid?.() === 0,
  async run(context, signal) {
    await setUp(context)
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
    await removeHostDns(context.profile)
    context.lacks.delete(NAME)
  },
}
