// The addons of a profile: those it has now, and another choice, for a cluster that runs or one that is stopped.
import {existsSync} from 'node:fs'
import type {Profile} from '../../client/profile.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {askDaemon, NotRunningError, startCommand} from './daemon.ts'

/** What each is, and what minikube calls it. */
export const addonTable = {
  dns: {about: 'Names of services and pods (CoreDNS elsewhere)', aliases: ['coredns']},
  ingress: {about: 'HTTP routes of Ingress objects', aliases: ['ingress-dns']},
  metrics: {about: 'CPU and memory for kubectl top and autoscaling', aliases: ['metrics-server']},
  storage: {
    about: 'Volumes for claims, in folders of the profile',
    aliases: ['storage-provisioner', 'default-storageclass'],
  },
} as const

export type Addon = keyof typeof addonTable

export const addonNamed = (name: string): Addon => {
  for (const [addon, {aliases}] of Object.entries(addonTable))
    if (addon === name || (aliases as readonly string[]).includes(name)) return addon as Addon
  throw new UsageError(`there is no addon ${JSON.stringify(name)}; there are ${Object.keys(addonTable).join(', ')}`)
}

export const addonsOf = async (profile: Profile): Promise<readonly Addon[]> => {
  if (!existsSync(profile.folder))
    throw new UsageError(`there is no cluster ${JSON.stringify(profile.name)}; make one with: ${startCommand(profile)}`)
  const {readConfig} = await import('../../daemon/config.ts')
  return readConfig(profile.config).addons
}

/** True when a running cluster has them already. */
export const changeAddons = async (profile: Profile, addons: readonly Addon[]): Promise<boolean> => {
  try {
    await askDaemon(profile, 'POST', 'addons', {body: addons})
    return true
  } catch (error) {
    if (!(error instanceof NotRunningError)) throw error
    const {readConfig, saveConfig, withChanges} = await import('../../daemon/config.ts')
    saveConfig(profile.config, withChanges(readConfig(profile.config), {addons}))
    return false
  }
}
