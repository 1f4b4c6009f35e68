// A container without a container runtime: a shell script that makes namespaces, mounts and the root, and becomes the
// command. Pure: from a LaunchSpec to text. Two parts:
//   outer  on this machine: joins the control group, joins and makes namespaces
//   inner  pid 1 of the container: 1. the root, /proc and /dev  2. pivot, the old root now under /dev/pts  3. mounts from
//          the old root  4. the old root goes  5. the command
// File descriptor 3 is where both report: `ok <pid>` just before the command, otherwise what went wrong.
import {shellQuote, shellWords} from '../shell-quote.ts'
import {keepToOurselves} from './keep-to-ourselves.ts'
import {earlyTable, LATE_TABLE, lateTable, middleTable, OLD_ROOT} from './mount-tables.ts'
import {processScript} from './process-script.ts'
import {type BindMount, type LaunchSpec, type ProcessSpec, sharesMounts} from './spec.ts'
import type {Tools} from './tools.ts'

/** Of every container. */
export const devNodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`)

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface LaunchTools {
  /** Folder with the nodes and links of every /dev. */
  readonly devFolder: string
  /** Where the copies of the tools are, for images that are not `host`. */
  readonly copies: string | undefined
  /** Once everything is mounted. */
  readonly tools: Tools
  /** While the old root is still there. */
  readonly earlyTools: Tools
}

/** Reached through the old root before they are mounted where they stay. */
export const copiedToolsIn =
  (folder: string): Tools =>
  (name) =>
    shellWords([
      `${OLD_ROOT}${folder}/loader`,
      '--library-path',
      `${OLD_ROOT}${folder}/lib`,
      `${OLD_ROOT}${folder}/${name}`,
    ])

/** Mount points that are missing are made; a link to nowhere is replaced. */
const makeTarget = ({target, isFolder}: BindMount, tools: Tools): string => {
  const path = shellQuote(target)
  if (isFolder) return `[ -d ${path} ] || ${tools('mkdir')} -p ${path}`
  const parent = shellQuote(target.slice(0, target.lastIndexOf('/')) || '/')
  return `[ -e ${path} ] || { ${tools('rm')} -f ${path}; ${tools('mkdir')} -p ${parent}; : > ${path}; }`
}

/** Says what other runtimes say when the command is not in the image. */
const checkCommand = (command: string): string => {
  const missing = command.includes('/')
    ? `exec: "${command}": stat ${command}: no such file or directory`
    : `exec: "${command}": executable file not found in $PATH`
  return `command -v ${shellQuote(command)} > /dev/null || { echo ${shellQuote(missing)} >&3; exit 128; }`
}

const goTo = (folder: string, tools: Tools): string => {
  const path = shellQuote(folder)
  return `cd ${path} 2> /dev/null || { ${tools('mkdir')} -p ${path}; cd ${path}; }`
}

const searchPathOf = ({env}: ProcessSpec): string => env.find(([name]) => name === 'PATH')?.[1] ?? DEFAULT_PATH

/** Where no device can be made, those of this machine are mounted on files. */
const borrowedDevices = (devFolder: string): string[] => [
  `cp -a ${shellQuote(devFolder)}/. dev/`,
  ...devNodes.map((path) => `: > .${path}; mount --bind ${path} .${path}`),
]

const deviceLines = ({devices, inUserNamespace, privileged}: LaunchSpec, devFolder: string): string[] => [
  ...(inUserNamespace ? borrowedDevices(devFolder) : [`cp -a ${shellQuote(devFolder)}/. dev/`]),
  ...(privileged && !inUserNamespace ? ['cp -a -x /dev/. dev/'] : []),
  ...devices.map(({source, target}) => {
    const path = shellQuote(target.slice(1))
    return `mkdir -p "$(dirname ${path})"; cp -aT ${shellQuote(source)} ${path}`
  }),
]

/** The terminal is this machine's: the container knows it as its console. */
const consoleLines = ['[ -e dev/console ] || : > dev/console', 'mount --bind "$(readlink /proc/self/fd/0)" dev/console']

export const innerScript = (spec: LaunchSpec, {copies, devFolder, earlyTools, tools}: LaunchTools): string =>
  [
    'set -e',
    // /proc is still this machine's: the pid as it counts out here.
    'read -r pid rest < /proc/self/stat',
    ...(spec.hostname && !spec.inUserNamespace
      ? [`echo ${shellQuote(spec.hostname)} > /proc/sys/kernel/hostname`]
      : []),
    ...(sharesMounts(spec) ? keepToOurselves(spec) : []),
    `cd ${shellQuote(spec.root.layersFolder)}`,
    `mount --all --fstab ${shellQuote(`${spec.folder}/early.fstab`)}`,
    `cd ${shellQuote(`${spec.folder}/root`)}`,
    ...deviceLines(spec, devFolder),
    ...(spec.tty ? consoleLines : []),
    `printf '%s\\n' ${lateTable(spec).map(shellQuote).join(' ')} > .${LATE_TABLE}`,
    `pivot_root . .${OLD_ROOT}`,
    'cd /',
    ...(copies ? [`${earlyTools('mkdir')} -p /dev/.mini`] : []),
    ...spec.mounts.map((mount) => makeTarget(mount, earlyTools)),
    `${earlyTools('mount')} --all --fstab ${shellQuote(`${OLD_ROOT}${spec.folder}/middle.fstab`)}`,
    ...(sharesMounts(spec) ? [`${earlyTools('mount')} --make-rslave ${OLD_ROOT}`] : []),
    `${tools('umount')} -l ${OLD_ROOT}`,
    `${tools('mount')} --all --fstab ${LATE_TABLE}`,
    ...(spec.readOnlyRoot ? [`${tools('mount')} -o remount,bind,ro /`] : []),
    `PATH=${shellQuote(searchPathOf(spec.process))}`,
    goTo(spec.process.cwd, tools),
    checkCommand(spec.process.command[0] ?? ''),
    'echo "ok $pid" >&3',
    // Opened in here the terminal has a name in here.
    spec.tty ? 'exec 3>&- 5>&- 0<> /dev/console 1>&0 2>&0' : 'exec 2>&5 3>&- 5>&-',
    `exec ${processScript(spec.process, tools, {leadsTerminal: spec.tty})}`,
    '',
  ].join('\n')

const joinFlags = ({net, ipc, uts, pid}: LaunchSpec['namespaces']): string[] => [
  ...(net ? [`--net=${net}`] : []),
  ...(ipc ? [`--ipc=${ipc}`] : []),
  ...(uts ? [`--uts=${uts}`] : []),
  ...(pid && pid !== 'new' ? [`--pid=${pid}`] : []),
]

/** nsenter forks when it joins a pid namespace: its child must die with the runtime too. */
export const outerScript = (spec: LaunchSpec): string => {
  const {pid} = spec.namespaces
  const flags = joinFlags(spec.namespaces)
  const enter = flags.length > 0 ? `nsenter ${shellWords(flags)} ` : ''
  const again = pid && pid !== 'new' ? 'setpriv --pdeathsig KILL ' : ''
  const forks = pid === 'new' ? ' --pid --fork --kill-child' : ''
  return [
    'set -e',
    'exec 5>&2 2>&3',
    ...spec.cgroupProcs.map((file) => `echo $$ > ${shellQuote(file)}`),
    ...(spec.oomScoreAdj === undefined
      ? []
      : [`{ echo ${spec.oomScoreAdj} > /proc/self/oom_score_adj; } 2> /dev/null || :`]),
    `exec setpriv --pdeathsig KILL ${enter}${again}unshare --mount --propagation ${sharesMounts(spec) ? 'unchanged' : 'slave'}${forks} sh ${shellQuote(`${spec.folder}/inner.sh`)}`,
    '',
  ].join('\n')
}

export const launchFiles = (spec: LaunchSpec, tools: LaunchTools): Readonly<Record<string, string>> => ({
  'outer.sh': outerScript(spec),
  'inner.sh': innerScript(spec, tools),
  'early.fstab': earlyTable(spec),
  'middle.fstab': middleTable(spec, tools.copies),
})
