// What a container sees of its pod's volumes, and the files every container gets.
import {chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync} from 'node:fs'
import {dirname, isAbsolute, join, normalize} from 'node:path'
import {MountPropagation} from '../../lib/cri/enums.ts'
import type {Message} from '../../lib/cri/messages.ts'
import type {PodContainer, PodEphemeral} from '../pods/types.ts'
import type {PreparedVolume} from '../volumes/volumes.ts'
import {ConfigError} from './env.ts'
import {expand} from './expand.ts'

const propagations: Readonly<Record<string, number>> = {
  None: MountPropagation.PRIVATE,
  HostToContainer: MountPropagation.HOST_TO_CONTAINER,
  Bidirectional: MountPropagation.BIDIRECTIONAL,
}

const checkSubPath = (subPath: string): void => {
  if (isAbsolute(subPath)) throw new ConfigError(`error SubPath \`${subPath}\` must not be an absolute path`)
  if (subPath.split('/').includes('..'))
    throw new ConfigError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`)
}

const expandStrictly = (text: string, env: ReadonlyMap<string, string>): string => {
  for (const [, name = ''] of text.matchAll(/(?<!\$)\$\(([^)]*)\)/g))
    if (!env.has(name)) throw new ConfigError(`missing value for ${JSON.stringify(name)}`)
  return expand(text, env)
}

/** The path below the volume: made when it is missing, and never outside, whatever links are in it. */
const subPathOf = (volumePath: string, subPath: string): string => {
  const path = join(volumePath, normalize(`/${subPath}`))
  if (!existsSync(path)) mkdirSync(path, {recursive: true, mode: 0o755})
  const [real, top] = [realpathSync(path), realpathSync(volumePath)]
  if (real !== top && !real.startsWith(`${top}/`)) throw new ConfigError(`subPath "${subPath}" is outside of volume`)
  return real
}

const isRecursive = (volume: string, asked: string | undefined, canRecurse: boolean): boolean => {
  if (asked === 'Enabled' && !canRecurse)
    throw new ConfigError(
      `volume ${JSON.stringify(volume)} requested recursive read-only mode, but it is not supported by the runtime`,
    )
  return (asked === 'Enabled' || asked === 'IfPossible') && canRecurse
}

export interface MountFacts {
  /** Whether the runtime makes mounts inside mounts read-only too. */
  readonly canRecurse: boolean
  /** Of volumes that are images, by volume. */
  readonly imageRefs: ReadonlyMap<string, string>
}

export const volumeMounts = (
  {volumeMounts: wanted = []}: PodContainer | PodEphemeral,
  volumes: ReadonlyMap<string, PreparedVolume>,
  env: ReadonlyMap<string, string>,
  {canRecurse, imageRefs}: MountFacts,
): Message<'Mount'>[] =>
  wanted.map(({mountPath, mountPropagation = 'None', name, readOnly, recursiveReadOnly, subPath, subPathExpr}) => {
    const volume = volumes.get(name)
    if (!volume) throw new ConfigError(`cannot find volume "${name}" to mount into container`)
    const below = subPathExpr ? expandStrictly(subPathExpr, env) : (subPath ?? '')
    checkSubPath(below)
    const containerPath = mountPath.startsWith('/') ? mountPath : `/${mountPath}`
    if (volume.image) {
      const image = {image: imageRefs.get(name) ?? '', userSpecifiedImage: volume.image.reference}
      return {containerPath, image, imageSubPath: below, readonly: true}
    }
    return {
      containerPath,
      hostPath: below ? subPathOf(volume.hostPath, below) : volume.hostPath,
      readonly: (readOnly ?? false) || volume.readOnly,
      propagation: propagations[mountPropagation] ?? MountPropagation.PRIVATE,
      recursiveReadOnly: isRecursive(name, recursiveReadOnly, canRecurse),
    }
  })

/** Where the container says why it ended. */
export const terminationMount = (
  {terminationMessagePath}: PodContainer | PodEphemeral,
  file: string,
): Message<'Mount'> => {
  mkdirSync(dirname(file), {recursive: true, mode: 0o755})
  if (!existsSync(file)) closeSync(openSync(file, 'a'))
  // Whoever the container runs as may write it, whatever this process' mask says.
  chmodSync(file, 0o666)
  return {containerPath: terminationMessagePath ?? '/dev/termination-log', hostPath: file}
}

export interface HostsEntry {
  readonly ip: string
  readonly hostname: string
  readonly domain: string | undefined
  readonly aliases: readonly {readonly ip: string; readonly hostnames?: readonly string[] | undefined}[]
}

const hostsHead = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

const aliasText = ({aliases}: Pick<HostsEntry, 'aliases'>): string => {
  const lines = aliases.map(({hostnames = [], ip}) => `${ip}\t${hostnames.join('\t')}\n`).join('')
  return lines === '' ? '' : `\n# Entries added by HostAliases.\n${lines}`
}

/** On the machine's network names are the machine's. */
const hostNetworkHostsText = (entry: HostsEntry): string => {
  const own = existsSync('/etc/hosts') ? readFileSync('/etc/hosts', 'utf8') : ''
  return `# Kubernetes-managed hosts file (host network).\n${own}${aliasText(entry)}`
}

export const hostsText = (entry: HostsEntry): string => {
  const {domain, hostname, ip} = entry
  const own = domain ? `${ip}\t${hostname}.${domain}\t${hostname}\n` : `${ip}\t${hostname}\n`
  return `${hostsHead}${own}${aliasText(entry)}`
}

export const hostsMount = (file: string, entry: HostsEntry, hostNetwork: boolean): Message<'Mount'> => {
  mkdirSync(dirname(file), {recursive: true, mode: 0o755})
  writeFileSync(file, hostNetwork ? hostNetworkHostsText(entry) : hostsText(entry), {mode: 0o644})
  return {containerPath: '/etc/hosts', hostPath: file}
}
