// Removes what a profile left outside its folder. Needs neither a running daemon nor a readable database.
import {execFile} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {Profile} from '../client/profile.ts'
import {releaseRange} from '../proxy/claim-range.ts'
import {createNft} from '../proxy/nftables/nft.ts'
import {removeTables} from '../proxy/nftables/tables.ts'
import {releaseAddresses} from '../proxy/userspace/address-claims.ts'
import {cleanUpRuntime} from '../runtime/cleanup.ts'
import {removeHostDns} from './components/host-dns.ts'
import {releaseServiceRanges} from './components/service-ranges.ts'
import {readConfig, settle} from './config.ts'
import {networkName} from './containerd/cni.ts'
import {cniFolder, containerdSocket} from './containerd/config.ts'
import {forgetRules} from './containerd/forget-rules.ts'
import {unmergeKubeconfig} from './kubeconfig.ts'
import {administratorsPath, proxyTable} from './proxy-table.ts'
import {claimedRanges, releaseRanges} from './ranges.ts'

/** Routes of the ranges, given or chosen; a settings file that cannot be read says nothing of given ones. */
const releaseRoutes = async (profile: Profile): Promise<void> => {
  const claimed = claimedRanges(profile.folder)
  if (!claimed) return
  const ranges = new Set([...Object.values(claimed.services), ...Object.values(claimed.balancers)])
  try {
    for (const range of settle(readConfig(profile.config), profile.folder).serviceCidrs) ranges.add(range)
  } catch {
    // Then there is nothing to add.
  }
  for (const range of ranges) await releaseRange(range)
}

/** The container runtime lives on when the daemon dies: here it ends, if the process is still what it was. */
const endRuntime = (root: string): void => {
  try {
    const pid = Number(readFileSync(join(root, 'pid'), 'utf8'))
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root)) process.kill(pid, 'SIGKILL')
  } catch {
    // No such process any more.
  }
}

/** containerd's shims outlive it, one a pod. */
const endShims = (root: string): void => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (words[0]?.includes('containerd-shim') && words.includes(containerdSocket(root)))
        process.kill(Number(pid), 'SIGKILL')
    } catch {
      // No such process any more.
    }
}

/** Without nft there are none, and without root none of ours. */
const removeRules = async (profile: Profile, path: string): Promise<void> => {
  if (process.getuid?.() !== 0) return
  await releaseAddresses(proxyTable(profile))
  await removeTables(createNft(administratorsPath(path)), proxyTable(profile)).catch(() => undefined)
}

const unmountBelow = async (folder: string): Promise<void> => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path.startsWith(`${folder}/`))
  if (mounts.length > 0) await promisify(execFile)('umount', ['-l', ...mounts.reverse()])
}

export const cleanUp = async (
  profile: Profile,
  {kubeconfig, path}: {readonly kubeconfig: string | undefined; readonly path: string},
): Promise<void> => {
  if (kubeconfig) unmergeKubeconfig(kubeconfig, profile.name)
  if (process.platform !== 'linux') return
  const runtimes = join(profile.folder, 'runtime')
  for (const name of existsSync(runtimes) ? readdirSync(runtimes) : []) {
    endRuntime(join(runtimes, name))
    endShims(join(runtimes, name))
    await cleanUpRuntime(join(runtimes, name))
    if (existsSync(cniFolder(join(runtimes, name)))) await forgetRules(networkName(join(runtimes, name)))
  }
  await unmountBelow(profile.folder)
  await removeHostDns(profile)
  await releaseServiceRanges(profile)
  await releaseRoutes(profile)
  await removeRules(profile, path)
  releaseRanges(profile.folder)
}
