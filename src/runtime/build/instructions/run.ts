// RUN: a command in a container over the layers so far; what it changes becomes a layer.
import {existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Readable} from 'node:stream'
import {boundingSet, capabilitiesOf} from '../../capabilities.ts'
import {accountOf} from '../../images/accounts.ts'
import type {LaunchSpec, ProcessSpec} from '../../launch/spec.ts'
import {createNamespaces, type NamespaceKind, namespaceFile, removeNamespaces} from '../../network/namespaces.ts'
import type {Build} from '../build.ts'
import {errorAt, placed} from '../build-error.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {layerStep} from '../layer-step.ts'
import type {Scratch} from '../scratch.ts'
import {DEFAULT_SHELL, envOf, type Stage} from '../stage.ts'
import {proxyArgs} from './arg.ts'
import type {Handler} from './handler.ts'
import {bindMounts, mountInputs, mountsOf} from './run-mounts.ts'
import {flagsOf, wordsOf} from './scope.ts'

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const masked = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/sched_debug', '/proc/timer_list', '/sys/firmware']
const readOnly = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

interface Command {
  readonly argv: readonly string[]
  /** A heredoc that names its own interpreter. */
  readonly script?: string
}

const SCRIPT = '/dev/run-script'

/** One heredoc and nothing else is itself the script. */
const commandOf = ({heredocs, json, rest, script}: Instruction, {settings}: Stage): Command => {
  if (json) return {argv: json}
  const shell = settings.Shell ?? DEFAULT_SHELL
  const [only, ...more] = heredocs
  if (only && more.length === 0 && /^<<-?(["']?)[^\s"'<]+\1$/.test(rest)) {
    if (only.content.startsWith('#!')) return {argv: [SCRIPT], script: only.content}
    return {argv: [...shell, only.content]}
  }
  return {argv: [...shell, script]}
}

/** ARGs are there as long as the command runs; ENV hides them. */
const environmentOf = (build: Build, stage: Stage): Map<string, string> => {
  const env = new Map<string, string>([['PATH', DEFAULT_PATH]])
  for (const name of proxyArgs) {
    const given = build.request.buildArgs[name]
    if (given !== undefined) env.set(name, given)
  }
  for (const [name, value] of stage.args) if (value !== undefined) env.set(name, value)
  for (const [name, value] of envOf(stage)) env.set(name, value)
  return env
}

const possible = boundingSet(readFileSync('/proc/self/status', 'utf8'))

const processOf = (build: Build, stage: Stage, layers: readonly string[], argv: readonly string[]): ProcessSpec => {
  const [name = '', group] = (stage.settings.User || '0').split(':')
  const account = accountOf(layers, name, group)
  if (!account) throw new Error(`unable to find user ${name}: no matching entries in passwd file`)
  const env = environmentOf(build, stage)
  if (!env.has('HOME')) env.set('HOME', account.home)
  return {
    command: argv,
    env: [...env],
    cwd: stage.settings.WorkingDir || '/',
    user: {uid: account.uid, gid: account.gid, groups: [account.gid, ...account.groups]},
    capabilities: capabilitiesOf(undefined, possible),
    noNewPrivileges: false,
  }
}

/** What a launch makes because it is missing: mount points. They are not what the command did. */
const removeStubs = (scratch: Scratch, before: string, targets: readonly string[]): void => {
  for (const target of targets) {
    if (existsSync(join(before, target))) continue
    const path = join(scratch.upper, target)
    const stats = lstatSync(path, {throwIfNoEntry: false})
    if (stats?.isFile() && stats.size === 0) rmSync(path)
    for (let folder = stats?.isDirectory() ? target : dirname(target); folder !== '/'; folder = dirname(folder)) {
      const made = join(scratch.upper, folder)
      const isOurs = !existsSync(join(before, folder)) && existsSync(made) && readdirSync(made).length === 0
      if (!isOurs) break
      rmdirSync(made)
    }
  }
}

const follow = (stream: Readable | undefined, tell: (text: string) => void): Promise<void> =>
  new Promise((resolve) => {
    if (!stream) return resolve()
    stream.setEncoding('utf8')
    stream.on('data', tell)
    stream.on('error', () => resolve())
    stream.on('close', () => resolve())
  })

const killGroup = ({runtime}: Build, path: string): void => {
  for (const pid of runtime.cgroups.pids(path))
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // it has ended meanwhile
    }
}

const runIn = async (build: Build, spec: LaunchSpec): Promise<number> => {
  const {runtime, signal, tell} = build
  runtime.cgroups.create(spec.cgroupPath, {})
  runtime.cgroups.restrictDevices(spec.cgroupPath, [])
  const stop = (): void => killGroup(build, spec.cgroupPath)
  try {
    signal.throwIfAborted()
    const launched = await (await runtime.launchers.launcherFor(spec, ''))(spec)
    signal.addEventListener('abort', stop, {once: true})
    if (signal.aborted) stop()
    const say = (text: string): void => tell({type: 'output', text})
    const output = Promise.all([follow(launched.stdout, say), follow(launched.stderr, say)])
    const {code} = await launched.exited
    await output
    await launched.forget?.()
    signal.throwIfAborted()
    return code
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    runtime.cgroups.remove(spec.cgroupPath)
  }
}

/** The machine's own network unless none is asked for: a build fetches things, and has no pod. */
const withNamespaces = async <T>(network: string, scratch: Scratch, use: () => Promise<T>): Promise<T> => {
  const kinds: NamespaceKind[] = network === 'none' ? ['uts', 'ipc', 'net'] : ['uts', 'ipc']
  await createNamespaces({folder: scratch.folder, kinds, hostname: 'build', sysctls: {}})
  try {
    return await use()
  } finally {
    await removeNamespaces(scratch.folder, kinds)
  }
}

const hostFiles = (stage: Stage): LaunchSpec['mounts'] =>
  ['/etc/resolv.conf', '/etc/hosts']
    .filter((path) => !stage.onHost && existsSync(path))
    .map((path) => ({source: path, target: path, readOnly: true, propagation: 'private', isFolder: false}))

interface RunStep {
  readonly instruction: Instruction
  readonly network: string
  readonly command: Command
}

const work = async (
  build: Build,
  stage: Stage,
  step: RunStep,
  scratch: Scratch,
  layers: readonly string[],
): Promise<void> => {
  const {cgroups, cgroupView, options} = build.runtime
  const {command, instruction, network} = step
  const cgroupPath = `/build/${scratch.id}`
  const mounts = [...hostFiles(stage)]
  mounts.push(...(await bindMounts(build, mountsOf(instruction, stage, wordsOf(build, stage, instruction)), scratch)))
  if (command.script !== undefined) {
    const source = join(scratch.folder, 'script')
    writeFileSync(source, command.script, {mode: 0o755})
    mounts.push({source, target: SCRIPT, readOnly: true, propagation: 'private', isFolder: false})
  }
  const process = processOf(build, stage, layers, command.argv)
  const before = await scratch.view(layers)
  for (const name of ['proc', 'sys', 'dev'])
    if (!existsSync(join(before, name))) mkdirSync(join(scratch.upper, name), {mode: 0o755})
  const code = await withNamespaces(network, scratch, async () =>
    runIn(build, {
      id: scratch.id,
      folder: scratch.folder,
      isHostImage: stage.onHost,
      hostname: 'build',
      root: {
        layersFolder: build.places.layers,
        lower: layers.length > 0 ? await scratch.lower(layers) : [scratch.fresh('empty')],
        upper: scratch.upper,
        work: scratch.work,
        submounts: [],
        masked: stage.onHost ? options.mask.filter((path) => existsSync(path)) : [],
      },
      readOnlyRoot: false,
      privileged: false,
      mounts,
      images: [],
      devices: [],
      maskedPaths: masked
        .filter((path) => existsSync(path))
        .map((path) => ({path, isFolder: lstatSync(path).isDirectory()})),
      readOnlyPaths: readOnly.filter((path) => existsSync(path)),
      namespaces: {
        pid: 'new',
        uts: namespaceFile(scratch.folder, 'uts'),
        ipc: namespaceFile(scratch.folder, 'ipc'),
        net: network === 'none' ? namespaceFile(scratch.folder, 'net') : undefined,
      },
      cgroupProcs: cgroups.procsFiles(cgroupPath),
      cgroupMounts: cgroups.mounts(cgroupPath),
      cgroupView,
      cgroupPath,
      oomScoreAdj: undefined,
      process,
      tty: false,
      stdin: false,
    }),
  )
  if (code !== 0)
    throw errorAt(
      instruction.place,
      `process ${JSON.stringify(command.argv.join(' '))} did not complete successfully: exit code: ${code}`,
    )
  removeStubs(scratch, before, ['/proc', '/sys', '/dev', ...mounts.map(({target}) => target)])
}

export const runHandler: Handler = async (build, stage, instruction, title) => {
  const flags = flagsOf(instruction, ['mount', 'network', 'security'])
  const network = flags.get('network') ?? build.request.network
  if (!['default', 'host', 'none'].includes(network))
    throw errorAt(instruction.place, `unsupported network mode: ${network}`)
  if ((flags.get('security') ?? 'sandbox') !== 'sandbox')
    throw errorAt(instruction.place, 'RUN --security=insecure is not supported')
  const step = {instruction, network, command: commandOf(instruction, stage)}
  const {Env, User, WorkingDir} = stage.settings
  const mounts = mountsOf(instruction, stage, wordsOf(build, stage, instruction))
  try {
    return await layerStep(build, stage, {
      title,
      removes: true,
      createdBy: `RUN ${step.command.argv.join(' ')}`,
      inputs: {
        run: step.command,
        env: Env,
        args: [...stage.args],
        user: User,
        workdir: WorkingDir,
        network,
        mounts: await mountInputs(build, mounts),
      },
      work: (scratch, layers) => work(build, stage, step, scratch, layers),
    })
  } catch (error) {
    throw placed(instruction.place, error)
  }
}
