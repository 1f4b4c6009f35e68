// Which launcher starts a container. `auto` is the one that needs nothing: it starts faster than the others and does all
// that Kubernetes asks for but seccomp filters; a runtime that was asked for by name is used for everything.
import {profileHash} from '../ids.ts'
import type {RuntimeOptions} from '../options.ts'
import type {Launch} from './launched.ts'
import {createOciLauncher, isInstalled} from './oci.ts'
import {createUnshareLauncher} from './unshare.ts'

export const chooseLauncher = ({launcher, root}: RuntimeOptions): Launch => {
  if (launcher === 'auto' || launcher === 'unshare') return createUnshareLauncher(root)
  if (!isInstalled(launcher)) throw new Error(`${launcher} is not installed`)
  return createOciLauncher(root, launcher, `mini-${profileHash(root)}`)
}
