// A pod's namespaces: kept alive by bind mounts of their files, so that no process has to sit in them.
import {closeSync, mkdirSync, openSync} from 'node:fs'
import {join} from 'node:path'
import {runProgram, tryProgram} from '../run-program.ts'
import {shellQuote, shellWords} from '../shell-quote.ts'
import type {PodAddress} from './addresses.ts'
import {podMtu} from './bridge.ts'

export interface PodNetwork {
  readonly addresses: readonly PodAddress[]
  readonly bridge: string
  readonly veth: string
}

export interface NamespaceRequest {
  readonly folder: string
  readonly kinds: readonly NamespaceKind[]
  readonly hostname: string
  readonly sysctls: Readonly<Record<string, string>>
  readonly network?: PodNetwork | undefined
}

export type NamespaceKind = 'net' | 'ipc' | 'uts'

export const namespaceFile = (folder: string, kind: NamespaceKind): string => join(folder, 'ns', kind)

const touch = (file: string): void => closeSync(openSync(file, 'a'))

/** Run inside the new namespaces; the other end of the pair is born in ours. */
const insideScript = ({hostname, kinds, network, sysctls}: NamespaceRequest, ourPid: number): string => {
  const lines = ['set -e']
  if (kinds.includes('uts'))
    // The file is for root alone; in a user namespace the program may.
    lines.push(
      `{ echo ${shellQuote(hostname)} > /proc/sys/kernel/hostname; } 2> /dev/null || hostname ${shellQuote(hostname)}`,
    )
  if (network)
    lines.push(
      "ip -batch - <<'EOF'",
      'link set lo up',
      `link add eth0 type veth peer name ${network.veth} netns ${ourPid}`,
      ...network.addresses.map(
        ({ip, prefix}) => `address add ${ip}/${prefix} dev eth0${ip.includes(':') ? ' nodad' : ''}`,
      ),
      `link set eth0 mtu ${podMtu()} up`,
      ...network.addresses.map(({gateway}) => `route add default via ${gateway}`),
      'EOF',
    )
  else if (kinds.includes('net')) lines.push('ip link set lo up')
  for (const [name, value] of Object.entries(sysctls))
    lines.push(`echo ${shellQuote(value)} > ${shellQuote(`/proc/sys/${name.replaceAll('.', '/')}`)}`)
  return lines.join('\n')
}

const outsideScript = ({bridge, veth}: PodNetwork): string =>
  `ip -batch - <<'EOF'\nlink set ${veth} master ${bridge} mtu ${podMtu()} up\nlink set dev ${veth} type bridge_slave hairpin on\nEOF`

export const createNamespaces = async (request: NamespaceRequest): Promise<void> => {
  if (request.kinds.length === 0) return
  mkdirSync(join(request.folder, 'ns'), {recursive: true})
  const flags = request.kinds.map((kind) => `--${kind}=${namespaceFile(request.folder, kind)}`)
  for (const kind of request.kinds) touch(namespaceFile(request.folder, kind))
  const script = [
    'set -e',
    `unshare ${shellWords(flags)} sh -c ${shellQuote(insideScript(request, process.pid))}`,
    ...(request.network ? [outsideScript(request.network)] : []),
  ].join('\n')
  await runProgram('sh', ['-c', script])
}

/** The kernel removes the pod's network devices with its last namespace. */
export const removeNamespaces = async (folder: string, kinds: readonly NamespaceKind[]): Promise<void> => {
  if (kinds.length > 0) await tryProgram('umount', ['-l', ...kinds.map((kind) => namespaceFile(folder, kind))])
}
