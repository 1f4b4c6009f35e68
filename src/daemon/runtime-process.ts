// A container runtime as a process beside the daemon: it lives on when the daemon dies, and is found again by the next one.
import type {ChildProcess} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createCriClient} from '../lib/cri/client.ts'
import {ContainerState} from '../lib/cri/enums.ts'
import type {DaemonContext} from './component.ts'
import {replaceFile} from './replace-file.ts'
import type {RuntimePlace} from './runtime-places.ts'

const LOOK_MS = 1000
const LONGEST_STOP_SECONDS = 10

export const answers = async (socket: string): Promise<boolean> => {
  if (!existsSync(socket)) return false
  using cri = createCriClient(socket)
  // Awaited here: the client is closed on the way out.
  return await cri.RuntimeService.Version({}).then(
    () => true,
    () => false,
  )
}

export const rememberPid = (root: string, {pid}: ChildProcess): void => replaceFile(join(root, 'pid'), `${pid}\n`)

const pidOf = (root: string): number => {
  try {
    return Number(readFileSync(join(root, 'pid'), 'utf8'))
  } catch {
    return 0 // never started here
  }
}

/** After a restart of the machine the number may be another program's. */
const isAlive = (root: string): boolean => {
  try {
    return readFileSync(`/proc/${pidOf(root)}/cmdline`, 'utf8').includes(root)
  } catch {
    return false // no such process
  }
}

/** Until the signal: one that died is started again. */
export const keepRuntime = async (
  {clock, logger}: DaemonContext,
  {nodeName, root, socket}: RuntimePlace,
  signal: AbortSignal,
  start: () => ChildProcess | Promise<ChildProcess>,
): Promise<void> => {
  while (!signal.aborted) {
    if (!isAlive(root) && !(await answers(socket))) {
      const child = await start()
      child.on('exit', (code) => {
        if (!signal.aborted) logger.warn('the container runtime ended, starting it again', {node: nodeName, code})
      })
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
  }
}

export const endRuntime = async ({clock}: DaemonContext, {root}: RuntimePlace): Promise<void> => {
  if (isAlive(root)) process.kill(pidOf(root), 'SIGTERM')
  while (isAlive(root)) await clock.sleep(5)
}

/** The pod's own patience, which the kubelet wrote down, within ours. */
const graceOf = (annotations: Readonly<Record<string, string>>): number =>
  Math.min(
    Number(annotations['io.kubernetes.pod.terminationGracePeriod'] ?? LONGEST_STOP_SECONDS),
    LONGEST_STOP_SECONDS,
  )

export const stopContainers = async ({socket}: RuntimePlace): Promise<void> => {
  using cri = createCriClient(socket)
  const {containers} = await cri.RuntimeService.ListContainers({filter: {state: {state: ContainerState.RUNNING}}})
  await Promise.all(
    containers.map(({annotations, id}) =>
      cri.RuntimeService.StopContainer({containerId: id, timeout: graceOf(annotations)}),
    ),
  )
}
