// Removes everything a runtime ever made outside its folder, whoever killed it: processes, mounts, network, control groups.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {Cgroups} from './cgroup/cgroups.ts'
import {profileHash} from './ids.ts'
import {killPid} from './kill-pid.ts'
import {Bridge} from './network/bridge.ts'
import {tryProgram} from './run-program.ts'
import {readState} from './state-file.ts'

const KILL_ROUNDS = 100

const killAll = async (cgroups: Cgroups): Promise<void> => {
  for (let round = 0; round < KILL_ROUNDS; round++) {
    const pids = cgroups.allPids()
    if (pids.length === 0) return
    for (const pid of pids) killPid(pid)
    await wait(10)
  }
}

const mountsBelow = (folder: string): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse()

/** Safe to call again, and where there is nothing. `root` is the runtime's `--root`. */
export const cleanUpRuntime = async (root: string): Promise<void> => {
  if (process.platform !== 'linux') return
  const hash = profileHash(root)
  const cgroups = new Cgroups(hash)
  await killAll(cgroups)
  const mounts = mountsBelow(root)
  if (mounts.length > 0) await tryProgram('umount', ['-l', ...mounts])
  await new Bridge(hash).remove(readState<{cidr: string}>(join(root, 'network.json'))?.cidr)
  cgroups.removeAll()
  // The folders overlayfs works in are closed to all but root.
  if (process.getuid?.() !== 0) await tryProgram('chmod', ['-R', 'u+rwX', root])
}
