// What a runtime holds of this machine: everything that must be back where it was once its pods are gone.
import {execFileSync} from 'node:child_process'
import {globSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {profileHash} from '../../src/runtime/ids.ts'
import type {MiniCri} from '../helpers/mini-cri.ts'

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return [] // not made yet
  }
}

const processesNaming = (root: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root)
    } catch {
      return false // it ended meanwhile
    }
  }).length

/** `root` is the runtime's own folder. The one sandbox that is made ahead is part of it. */
export const footprint = (root: string) => {
  const hash = profileHash(root)
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const links = execFileSync('ip', ['-o', 'link'], {encoding: 'utf8'}).split('\n')
  return {
    mounts: mounts.filter((line) => line.includes(`${root}/`)).length,
    groups: globSync(`/sys/fs/cgroup/{,*/}mini-${hash}/**/`).length,
    links: links.filter((line) => line.includes(`mv${hash.slice(0, 4)}`)).length,
    processes: processesNaming(root),
    sandboxes: namesIn(join(root, 'sandboxes')).length,
    containers: namesIn(join(root, 'containers')).length,
    spares: namesIn(join(root, 'spares')).length,
  }
}

/** Made, used and removed. */
export const many = async (runtime: MiniCri, pods: number, atOnce: number): Promise<void> => {
  const {RuntimeService} = runtime.cri
  const one = async (): Promise<void> => {
    const sandbox = await runtime.sandbox()
    const containerId = await runtime.start(sandbox, {command: ['sleep', '1000']})
    await RuntimeService.ExecSync({containerId, cmd: ['true'], timeout: 20})
    await RuntimeService.StopPodSandbox({podSandboxId: sandbox.id})
    await RuntimeService.RemovePodSandbox({podSandboxId: sandbox.id})
  }
  let left = pods
  const worker = async (): Promise<void> => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({length: atOnce}, worker))
}
