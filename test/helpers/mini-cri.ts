// A real mini-cri process of its own folder, and the few calls that every test makes.
import {type ChildProcess, spawn} from 'node:child_process'
import {chownSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {type CriClient, createCriClient} from '../../src/lib/cri/client.ts'
import type {Message} from '../../src/lib/cri/messages.ts'
import {cleanUpRuntime} from '../../src/runtime/cleanup.ts'

const main = join(import.meta.dirname, '../../src/runtime/main.ts')

export const isRoot = process.getuid?.() === 0 && process.platform === 'linux'

export interface MiniCri extends AsyncDisposable {
  readonly cri: CriClient
  readonly root: string
  readonly process: ChildProcess
  readonly socket: string
  /** A pod sandbox; what is given replaces the defaults. */
  sandbox(config?: Message<'PodSandboxConfig'>): Promise<{id: string; ip: string; config: Message<'PodSandboxConfig'>}>
  /** Created and started. */
  start(sandbox: {id: string; config: Message<'PodSandboxConfig'>}, config: Message<'ContainerConfig'>): Promise<string>
  /** The container's log as text, without stamps. */
  output(id: string): Promise<string>
  exit(id: string): Promise<{code: number; reason: string}>
}

export const startMiniCri = async (
  args: readonly string[] = [],
  root = mkdtempSync(join(tmpdir(), 'mini-cri-')),
  env = process.env,
  identity: {readonly uid?: number; readonly gid?: number} = {},
): Promise<MiniCri> => {
  if (identity.uid !== undefined) chownSync(root, identity.uid, identity.gid ?? identity.uid)
  const socket = join(root, 'cri.sock')
  const child = spawn(
    process.execPath,
    [
      main,
      '--root',
      join(root, 'runtime'),
      '--socket',
      socket,
      '--pod-cidr',
      `10.${100 + Math.floor(Math.random() * 100)}.${Math.floor(Math.random() * 250)}.0/24`,
      ...args,
      ...(process.env.MINI_TEST_LAUNCHER ? ['--launcher', process.env.MINI_TEST_LAUNCHER] : []),
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
      ...identity,
    },
  )
  const cri = createCriClient(socket)
  const {RuntimeService} = cri
  const isUp = (): Promise<boolean> =>
    RuntimeService.Version({}).then(
      () => true,
      () => false,
    )
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error('mini-cri ended')
    await wait(5)
  }
  let serial = 0
  const until = async (id: string) => {
    for (;;) {
      const {status} = await RuntimeService.ContainerStatus({containerId: id})
      if (status?.state === 2) return status
      await wait(5)
    }
  }
  return {
    cri,
    root,
    process: child,
    socket,
    sandbox: async (given = {}) => {
      const name = `pod${serial++}`
      const config = {
        metadata: {name, uid: `${name}-uid`, namespace: 'default'},
        hostname: name,
        logDirectory: join(root, 'logs', name),
        linux: {cgroupParent: `/kubepods/${name}`, securityContext: {namespaceOptions: {pid: 1}}},
        ...given,
      }
      const {podSandboxId: id} = await RuntimeService.RunPodSandbox({config})
      const {status} = await RuntimeService.PodSandboxStatus({podSandboxId: id})
      return {id, ip: status?.network?.ip ?? '', config}
    },
    start: async (sandbox, given) => {
      const name = `c${serial++}`
      const config = {metadata: {name}, image: {image: 'host'}, logPath: `${name}.log`, ...given}
      const {containerId} = await RuntimeService.CreateContainer({
        podSandboxId: sandbox.id,
        config,
        sandboxConfig: sandbox.config,
      })
      await RuntimeService.StartContainer({containerId})
      return containerId
    },
    output: async (id) => {
      const status = await until(id)
      return readFileSync(status.logPath, 'utf8').replace(/^\S+ (stdout|stderr) F /gm, '')
    },
    exit: async (id) => {
      const status = await until(id)
      return {code: status.exitCode, reason: status.reason}
    },
    async [Symbol.asyncDispose]() {
      for (const {id} of (await RuntimeService.ListPodSandbox({})).items)
        await RuntimeService.RemovePodSandbox({podSandboxId: id})
      cri[Symbol.dispose]()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      await cleanUpRuntime(join(root, 'runtime'))
      rmSync(root, {recursive: true, force: true})
    },
  }
}
