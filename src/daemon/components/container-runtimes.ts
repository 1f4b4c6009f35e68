// Keeps mini-cri running, a process a node. It lives on when the daemon dies, and is found again by the next one; an
// orderly stop ends the containers first.
import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {createCriClient} from '../../lib/cri/client.ts'
import {ContainerState} from '../../lib/cri/enums.ts'
import type {Component, DaemonContext} from '../component.ts'
import {replaceFile} from '../replace-file.ts'
import {type RuntimePlace, runtimePlaces} from '../runtime-places.ts'

const LONGEST_STOP_SECONDS = 10
const LOOK_MS = 1000

/** Beside the bundle, or in the source tree. */
const program = (): string => {
  const bundled = fileURLToPath(new URL('./runtime.js', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../runtime/main.ts', import.meta.url))
}

/** Little memory and few threads: it mostly waits. */
const nodeFlags = ['--max-semi-space-size=1', '--max-old-space-size=512', '--optimize-for-size', '--single-threaded-gc']

const answers = async (socket: string): Promise<boolean> => {
  if (!existsSync(socket)) return false
  using cri = createCriClient(socket)
  return cri.RuntimeService.Version({}).then(
    () => true,
    () => false,
  )
}

const start = ({config, profile}: DaemonContext, {podCidr, root, socket}: RuntimePlace): ChildProcess => {
  mkdirSync(root, {recursive: true, mode: 0o700})
  mkdirSync(profile.logs, {recursive: true})
  const log = openSync(join(profile.logs, 'runtime.log'), 'a', 0o600)
  try {
    const child = spawn(
      process.execPath,
      [
        ...nodeFlags,
        program(),
        '--root',
        root,
        '--socket',
        socket,
        '--images',
        profile.images,
        '--pod-cidr',
        podCidr,
        '--mask',
        profile.home,
        '--launcher',
        config.launcher,
      ],
      {stdio: ['ignore', log, log], detached: true, cwd: '/'},
    )
    child.unref()
    replaceFile(join(root, 'pid'), `${child.pid}\n`)
    return child
  } finally {
    closeSync(log)
  }
}

const pidOf = (root: string): number => {
  try {
    return Number(readFileSync(join(root, 'pid'), 'utf8'))
  } catch {
    return 0 // never started here
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false // ESRCH
  }
}

/** Until the signal: one that died is started again. */
const keep = async (context: DaemonContext, place: RuntimePlace, signal: AbortSignal): Promise<void> => {
  const {clock, logger} = context
  while (!signal.aborted) {
    if (!(await answers(place.socket)) && !isAlive(pidOf(place.root))) {
      const child = start(context, place)
      child.on('exit', (code) => {
        if (!signal.aborted) logger.warn('the container runtime ended, starting it again', {node: place.nodeName, code})
      })
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
  }
}

/** The pod's own patience, which the kubelet wrote down, within ours. */
const graceOf = (annotations: Readonly<Record<string, string>>): number =>
  Math.min(
    Number(annotations['io.kubernetes.pod.terminationGracePeriod'] ?? LONGEST_STOP_SECONDS),
    LONGEST_STOP_SECONDS,
  )

const stopContainers = async ({socket}: RuntimePlace): Promise<void> => {
  using cri = createCriClient(socket)
  const {containers} = await cri.RuntimeService.ListContainers({filter: {state: {state: ContainerState.RUNNING}}})
  await Promise.all(
    containers.map(({id, annotations}) =>
      cri.RuntimeService.StopContainer({containerId: id, timeout: graceOf(annotations)}),
    ),
  )
}

const stop = async (context: DaemonContext, place: RuntimePlace): Promise<void> => {
  await stopContainers(place).catch((error) => context.logger.warn('containers not stopped', {error}))
  const pid = pidOf(place.root)
  if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  while (isAlive(pid)) await context.clock.sleep(5)
}

export const containerRuntimes: Component = {
  name: 'container-runtime',
  wanted: ({containerRuntimeEndpoint, runtime}) => runtime === 'mini' && !containerRuntimeEndpoint,
  async run(context, signal) {
    const places = runtimePlaces(context.profile, context.config)
    await Promise.all(places.map((place) => keep(context, place, signal)))
    await Promise.all(places.map((place) => stop(context, place)))
  },
}
