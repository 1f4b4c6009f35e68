// Where a profile keeps its files. Pure: the environment is read once by the program's entry.
import {homedir, tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {UsageError} from '../lib/usage-error.ts'

export const defaultProfile = 'mini'

export interface Profile {
  readonly name: string
  /** The folder of all profiles. */
  readonly home: string
  readonly folder: string
  readonly socket: string
  readonly database: string
  readonly pki: string
  readonly kubeconfig: string
  readonly config: string
  /** Optional: settings of the kubelets, a KubeletConfiguration. */
  readonly kubeletConfig: string
  readonly logs: string
  readonly daemonLog: string
  readonly auditLog: string
  readonly pods: string
  /** Of static pods: the first node's, and a folder a node for the others. */
  readonly manifests: string
  readonly images: string
  readonly volumes: string
  readonly snapshots: string
  readonly pidFile: string
  readonly lockFile: string
  readonly runtimeSocket: string
}

/** A Unix socket's address has 108 bytes at most, its end included. */
const LONGEST_SOCKET_PATH = 107

/** Beside the database, or in a private folder with a short name when the path would be too long for the kernel. */
const socketIn = (folder: string, file: string): string => {
  const path = join(folder, file)
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path
  // Loaded here because almost no path is that long, and every command starts by working out paths.
  const {createHash} = process.getBuiltinModule('node:crypto')
  const short = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  return join(tmpdir(), `mini-${process.getuid?.() ?? 0}-${short}`, file)
}

export interface ProfileEnvironment {
  readonly MINI_HOME?: string | undefined
  readonly MINI_PROFILE?: string | undefined
}

export const miniHome = (environment: ProfileEnvironment): string =>
  resolve(environment.MINI_HOME || join(homedir(), '.mini'))

export const profileNamed = (name: string, environment: ProfileEnvironment): Profile => {
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    throw new UsageError(
      `invalid profile name ${JSON.stringify(name)}: use at most 40 lower case letters, digits and '-', not '-' at either end`,
    )
  const home = miniHome(environment)
  const folder = join(home, name)
  const logs = join(folder, 'logs')
  return {
    name,
    home,
    folder,
    socket: socketIn(folder, 'mini.sock'),
    database: join(folder, 'state.db'),
    pki: join(folder, 'pki'),
    kubeconfig: join(folder, 'kubeconfig'),
    config: join(folder, 'config.yaml'),
    kubeletConfig: join(folder, 'kubelet.yaml'),
    logs,
    daemonLog: join(logs, 'minid.log'),
    auditLog: join(logs, 'audit.log'),
    pods: join(folder, 'pods'),
    manifests: join(folder, 'manifests'),
    images: join(folder, 'images'),
    volumes: join(folder, 'volumes'),
    snapshots: join(folder, 'snapshots'),
    pidFile: join(folder, 'minid.pid'),
    lockFile: join(folder, 'minid.lock'),
    runtimeSocket: socketIn(folder, 'cri.sock'),
  }
}
