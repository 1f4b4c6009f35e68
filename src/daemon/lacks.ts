// What this machine cannot do, in words for a person: `mini status` shows it, nothing is left out silently.
import {accessSync, constants} from 'node:fs'
import {join} from 'node:path'
import type {DaemonConfig} from './config.ts'

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
  readonly isRoot: boolean
  readonly hasProgram: (name: string) => boolean
}

export const thisMachine = (path: string): Machine => ({
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasProgram: (name) => hasProgram(name, path),
})

export const lacksOf = ({runtime}: Pick<DaemonConfig, 'runtime'>, machine: Machine): string[] => {
  if (runtime === 'simulated') return []
  const lacks: string[] = []
  if (machine.platform !== 'linux')
    lacks.push('not Linux: containers, pod addresses and cluster DNS need its namespaces')
  else if (!machine.isRoot)
    lacks.push('not root: no containers of the embedded runtime, no pod or service addresses, no cluster DNS')
  else {
    if (!machine.hasProgram('ip')) lacks.push('no ip (iproute2): no pod network')
    if (!machine.hasProgram('nft') && !machine.hasProgram('iptables'))
      lacks.push('no nft and no iptables: pods reach this machine and each other, not the outside')
  }
  return lacks
}
