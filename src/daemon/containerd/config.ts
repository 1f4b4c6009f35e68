// A private containerd's configuration: everything it keeps is under the node's folder, nothing is shared with another.
import {join} from 'node:path'

export const pauseImage = 'mini.internal/pause:1'

export interface ContainerdPlaces {
  /** The node's folder. */
  readonly root: string
  readonly runc: string
  /** Where the CNI plugins are. */
  readonly pluginFolder: string
}

export const containerdSocket = (root: string): string => join(root, 'containerd.sock')
export const cniFolder = (root: string): string => join(root, 'cni')
export const cniTemplate = (root: string): string => join(root, 'cni.template')

/** A string of TOML. */
const text = JSON.stringify

/** Lowering a process' chance to be killed takes a right that some machines keep from us: hence the restriction. */
export const containerdConfig = ({pluginFolder, root, runc}: ContainerdPlaces): string => `version = 2
root = ${text(join(root, 'data'))}
state = ${text(join(root, 'state'))}
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
  address = ${text(containerdSocket(root))}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(pauseImage)}
  restrict_oom_score_adj = true
  disable_tcp_service = true
  netns_mounts_under_state_dir = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = ${text(pluginFolder)}
  conf_dir = ${text(cniFolder(root))}
  conf_template = ${text(cniTemplate(root))}

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = ${text(join(root, 'registries'))}

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  BinaryName = ${text(runc)}
  Root = ${text(join(root, 'runc'))}
`
