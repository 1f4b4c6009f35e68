// Keeps a private containerd running, a process a node: Debian's containerd, runc and containernetworking-plugins, found
// on PATH. It lives on when the daemon dies; an orderly stop ends the pods first.
import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, existsSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createCriClient} from '../../lib/cri/client.ts'
import {runProgram, SYSTEM_PATH, tryProgram} from '../../runtime/run-program.ts'
import type {Component, DaemonContext} from '../component.ts'
import {cniConfiguration} from '../containerd/cni.ts'
import {cniFolder, cniTemplate, containerdConfig, containerdSocket, pauseImage} from '../containerd/config.ts'
import {makePauseImage} from '../containerd/pause-image.ts'
import {containerdPrograms} from '../containerd/programs.ts'
import {registryFiles} from '../containerd/registries.ts'
import type {RuntimePlace} from '../runtime-places.ts'
import {answers, endRuntime, keepRuntime, rememberPid, stopContainers} from '../runtime-process.ts'
import {keepUnlessPaused} from './frozen.ts'

const LOOK_MS = 20

/** Installed is not enough: it must find a kernel, and its own extensions. The answer 1 is "no such rule". */
const iptablesWorks = async (): Promise<boolean> => {
  const rule = ['POSTROUTING', '-m', 'comment', '--comment', 'mini', '-j', 'MASQUERADE']
  const {code} = await tryProgram('iptables', ['--wait', '--table', 'nat', '--check', ...rule])
  return code === 0 || code === 1
}

const writeFiles = async ({config}: DaemonContext, root: string): Promise<void> => {
  const {plugins, runc} = containerdPrograms()
  rmSync(join(root, 'registries'), {recursive: true, force: true})
  for (const folder of [root, cniFolder(root), join(root, 'registries')])
    mkdirSync(folder, {recursive: true, mode: 0o700})
  const network = {root, hasIptables: await iptablesWorks()}
  writeFileSync(cniTemplate(root), cniConfiguration(network))
  for (const [registry, text] of registryFiles(config)) {
    mkdirSync(join(root, 'registries', registry), {recursive: true})
    writeFileSync(join(root, 'registries', registry, 'hosts.toml'), text)
  }
  writeFileSync(join(root, 'containerd.toml'), containerdConfig({root, runc, pluginFolder: plugins}))
}

const spawnContainerd = ({profile}: DaemonContext, root: string): ChildProcess => {
  mkdirSync(profile.logs, {recursive: true})
  const log = openSync(join(profile.logs, 'containerd.log'), 'a', 0o600)
  try {
    const child = spawn(containerdPrograms().containerd, ['--config', join(root, 'containerd.toml')], {
      stdio: ['ignore', log, log],
      detached: true,
      cwd: '/',
      env: {...process.env, PATH: SYSTEM_PATH},
    })
    child.unref()
    rememberPid(root, child)
    return child
  } finally {
    closeSync(log)
  }
}

/** Every sandbox is a container of this image: it has to be there first. */
const importPause = async (root: string): Promise<void> => {
  const socket = containerdSocket(root)
  using cri = createCriClient(socket)
  const {image} = await cri.ImageService.ImageStatus({image: {image: pauseImage}})
  if (image) return
  const file = join(root, 'pause.tar')
  await makePauseImage(pauseImage, join(root, 'pause'), file)
  await runProgram('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', file])
  rmSync(file)
}

/** The socket that the kubelet knows appears once pods can start. */
const start = async (context: DaemonContext, {root, socket}: RuntimePlace): Promise<ChildProcess> => {
  rmSync(socket, {force: true})
  await writeFiles(context, root)
  const child = spawnContainerd(context, root)
  while (child.exitCode === null && !(await answers(containerdSocket(root)))) await context.clock.sleep(LOOK_MS)
  if (child.exitCode !== null) throw new Error(`containerd ended with ${child.exitCode}: see logs/containerd.log`)
  await importPause(root)
  symlinkSync(containerdSocket(root), socket)
  return child
}

/** Sandboxes too: each is a process here, and has addresses and rules that only containerd takes away. */
const stopPods = async (place: RuntimePlace): Promise<void> => {
  await stopContainers(place)
  using cri = createCriClient(place.socket)
  const {items} = await cri.RuntimeService.ListPodSandbox({})
  await Promise.all(items.map(({id}) => cri.RuntimeService.StopPodSandbox({podSandboxId: id})))
}

const stop = async (context: DaemonContext, place: RuntimePlace): Promise<void> => {
  await stopPods(place).catch((error) => context.logger.warn('pods not stopped', {error}))
  await endRuntime(context, place)
  rmSync(place.socket, {force: true})
}

export const containerd: Component = {
  name: 'containerd',
  wanted: ({containerRuntimeEndpoint, runtime}) => runtime === 'containerd' && !containerRuntimeEndpoint,
  async run(context, signal) {
    await context.places.follow(signal, (place, ending) =>
      keepUnlessPaused(place, ending, {
        keep: () => keepRuntime(context, place, ending, () => start(context, place)),
        stop: () => stop(context, place),
      }),
    )
  },
}
