// What this machine cannot do, in words for a person: `mini status` shows it, nothing is left out silently.
import {accessSync, constants} from 'node:fs'
import {join} from 'node:path'
import type {DaemonConfig} from './config.ts'
import {hostTier, type RuntimeTier} from './runtime-tier.ts'

const hasProgram = (name: string, path: string): boolean =>
  path.split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

export interface Machine {
  readonly platform: string
  readonly tier: RuntimeTier
  readonly hasProgram: (name: string) => boolean
}

export const thisMachine = (path: string): Machine => ({
  platform: process.platform,
  tier: hostTier().name,
  hasProgram: (name) => hasProgram(name, path),
})

const plainly = 'containers are plain processes of image "host" alone'

export const lacksOf = ({runtime}: Pick<DaemonConfig, 'runtime'>, machine: Machine): string[] => {
  if (runtime === 'simulated') return []
  const lacks: string[] = []
  if (machine.platform !== 'linux') lacks.push(`not Linux: ${plainly}; no pod or service addresses, no cluster DNS`)
  else if (machine.tier === 'user-namespace')
    lacks.push(
      'not root: containers run in a user namespace, with the network of this machine and without limits; no pod or service addresses, no cluster DNS',
    )
  else if (machine.tier === 'plain')
    lacks.push(`not root, and no user namespaces: ${plainly}; no pod or service addresses, no cluster DNS`)
  else {
    if (!machine.hasProgram('ip')) lacks.push('no ip (iproute2): no pod network')
    if (!['nft', 'iptables', 'perl'].some((program) => machine.hasProgram(program)))
      lacks.push('no nft, no iptables and no perl: pods reach this machine and each other, not the outside')
  }
  return lacks
}

const tierTitles: Readonly<Record<RuntimeTier, string>> = {
  root: 'as root',
  'user-namespace': 'in a user namespace',
  plain: 'plain processes',
}

export const runtimeTitle = (
  {
    containerRuntimeEndpoint,
    launcher,
    runtime,
  }: Pick<DaemonConfig, 'containerRuntimeEndpoint' | 'launcher' | 'runtime'>,
  {tier}: Pick<Machine, 'tier'>,
): string => {
  if (containerRuntimeEndpoint) return containerRuntimeEndpoint
  if (runtime !== 'mini') return runtime
  return `mini, ${tierTitles[tier]}${launcher === 'auto' ? '' : `, ${launcher}`}`
}
