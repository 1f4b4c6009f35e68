// What the runtime is told on its command line.
import {dirname, join} from 'node:path'
import {parseArgs} from 'node:util'

export interface RuntimeOptions {
  /** Serve images alone: for commands about images while the cluster is stopped. */
  readonly imagesOnly: boolean
  /** Remove everything that was made outside the root, and end. */
  readonly cleanup: boolean
  /** Everything the runtime keeps. */
  readonly root: string
  readonly socket: string
  /** Where images are kept. */
  readonly images: string
  /** Pods get addresses from here until the kubelet says otherwise. */
  readonly podCidr: string
  /** Folders of this machine that containers of image `host` do not see. */
  readonly mask: readonly string[]
  /** How containers are launched. */
  readonly launcher: LauncherName
  /** CNI configurations to make pod networks by; absent: the runtime's own bridge. */
  readonly cniConfFolder?: string | undefined
  readonly cniPluginFolders: readonly string[]
  readonly mirrors: readonly string[]
  readonly insecureRegistries: readonly string[]
  /** How long a registry may be silent before it is asked again. */
  readonly silenceMs: number
  /** The folder of all profiles: what another one has fetched is not fetched again. */
  readonly home: string | undefined
}

const launchers = ['auto', 'unshare', 'runc', 'crun'] as const
export type LauncherName = (typeof launchers)[number]

export const parseOptions = (argv: readonly string[]): RuntimeOptions => {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      cleanup: {type: 'boolean', default: false},
      'images-only': {type: 'boolean', default: false},
      root: {type: 'string'},
      socket: {type: 'string'},
      images: {type: 'string'},
      'pod-cidr': {type: 'string', default: '10.244.0.0/24'},
      mask: {type: 'string', multiple: true},
      launcher: {type: 'string', default: 'auto'},
      'cni-conf-dir': {type: 'string'},
      'cni-bin-dir': {type: 'string', multiple: true, default: ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni']},
      mirror: {type: 'string', multiple: true, default: []},
      'insecure-registry': {type: 'string', multiple: true, default: []},
      home: {type: 'string'},
      'registry-silence': {type: 'string', default: '30'},
    },
  })
  if (!values.root) throw new Error('--root is required')
  const launcher = launchers.find((name) => name === values.launcher)
  if (!launcher) throw new Error(`--launcher must be one of ${launchers.join(', ')}`)
  return {
    imagesOnly: values['images-only'],
    cleanup: values.cleanup,
    root: values.root,
    socket: values.socket ?? join(values.root, 'cri.sock'),
    images: values.images ?? join(values.root, 'images'),
    podCidr: values['pod-cidr'],
    mask: values.mask ?? [dirname(values.root)],
    launcher,
    cniConfFolder: values['cni-conf-dir'],
    cniPluginFolders: values['cni-bin-dir'],
    mirrors: values.mirror,
    insecureRegistries: values['insecure-registry'],
    home: values.home,
    silenceMs: Number(values['registry-silence']) * 1000,
  }
}
