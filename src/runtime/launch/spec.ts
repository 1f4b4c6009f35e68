// What it takes to start one process in a container, whoever launches it. Data, derived from CRI by container-spec.ts.

import type {SeccompProfile} from '../seccomp/default-profile.ts'

export interface BindMount {
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
  readonly propagation: 'private' | 'slave' | 'shared'
  /** Other mounts in it, which are made read-only too. */
  readonly readOnlyBelow?: readonly string[] | undefined
  /** Nothing in it may be run. */
  readonly noPrograms?: boolean | undefined
  /** A file is mounted on a file, a folder on a folder. */
  readonly isFolder: boolean
}

/** An image put together in a folder, before anything is mounted from it. */
export interface ImageMount {
  readonly target: string
  /** The topmost first. */
  readonly layers: readonly string[]
}

export interface RootLayers {
  /** Where the mount is made: names of layers in here stay short, and there may be many in the options of one mount. */
  readonly layersFolder: string
  /**
   * This machine's root as a file system of its own, for layers above it: overlayfs refuses a layer that lies within
   * another one. Mounted at `path`, which is then one of the lower ones.
   */
  readonly host?: {readonly path: string; readonly upper: string; readonly work: string} | undefined
  /** The topmost first. */
  readonly lower: readonly string[]
  readonly upper: string
  readonly work: string
  /** Other file systems of this machine below its root, each with an upper folder of its own (image `host`). */
  readonly submounts: readonly {readonly path: string; readonly upper: string; readonly work: string}[]
  /** Folders of this machine that are shown as they are, read-only. */
  readonly shown?: readonly string[] | undefined
  /** Hidden from the container. */
  readonly masked: readonly string[]
}

export interface ProcessUser {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  /** It stays in the groups that this process is in: nothing else is allowed here. */
  readonly keepsGroups?: boolean | undefined
}

export interface ProcessSpec {
  readonly command: readonly string[]
  readonly env: readonly (readonly [string, string])[]
  readonly cwd: string
  readonly user: ProcessUser
  /** In lower case without `cap_`; undefined: all there are. */
  readonly capabilities: readonly string[] | undefined
  readonly noNewPrivileges: boolean
}

export interface NamespaceSpec {
  /** Paths to join; absent: this machine's. */
  readonly net?: string | undefined
  readonly ipc?: string | undefined
  readonly uts?: string | undefined
  /** A path to join, 'new', or absent for this machine's. */
  readonly pid?: string | undefined
}

export interface LaunchSpec {
  readonly id: string
  /** The container's own folder under the profile. */
  readonly folder: string
  readonly isHostImage: boolean
  /** Where the pod has a name of its own. */
  readonly hostname: string | undefined
  readonly root: RootLayers
  /** Whoever launches is root of a user namespace only: no devices are made, and flags of mounts stay. */
  readonly inUserNamespace?: boolean | undefined
  readonly readOnlyRoot: boolean
  readonly privileged: boolean
  readonly mounts: readonly BindMount[]
  readonly images: readonly ImageMount[]
  readonly shmFolder?: string | undefined
  readonly devices: readonly {readonly source: string; readonly target: string}[]
  readonly maskedPaths: readonly {readonly path: string; readonly isFolder: boolean}[]
  readonly readOnlyPaths: readonly string[]
  readonly namespaces: NamespaceSpec
  readonly cgroupProcs: readonly string[]
  readonly cgroupMounts: readonly (readonly [string, string])[]
  /** A folder with an empty folder for each controller of version 1, to mount those on. */
  readonly cgroupView: string
  readonly cgroupPath: string
  readonly oomScoreAdj: number | undefined
  readonly process: ProcessSpec
  /** System calls that are filtered; absent: none. */
  readonly seccomp?: SeccompProfile | undefined
  /** A filter of the user's own must not be left out; the default may, where no launcher can filter. */
  readonly needsSeccomp?: boolean | undefined
  readonly tty: boolean
  readonly stdin: boolean
}

/** What such a container mounts, this machine sees. */
export const sharesMounts = ({mounts}: LaunchSpec): boolean => mounts.some(({propagation}) => propagation === 'shared')
