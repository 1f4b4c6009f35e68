// Removes what a profile ever made. Works on what is on disk and in the kernel alone: the daemon may be dead, the
// database broken.
import {execFile} from 'node:child_process'
import {existsSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import type {Profile} from '../../client/profile.ts'

/** The daemon's program knows the mounts, devices and tables of a profile; it is asked to remove them, without running. */
const cleanUp = async (profile: Profile, kubeconfig: string): Promise<void> => {
  const program = fileURLToPath(new URL('./daemon.js', import.meta.url)).replace('/cli/daemon.js', '/daemon.js')
  const args = {profile: profile.name, home: profile.home, changes: {}, kubeconfig, cleanup: true}
  await promisify(execFile)(process.execPath, [program, JSON.stringify(args)])
}

/** False when there was none. */
export const removeProfile = async (profile: Profile, kubeconfig: string): Promise<boolean> => {
  const existed = existsSync(profile.folder)
  await cleanUp(profile, kubeconfig)
  rmSync(profile.folder, {recursive: true, force: true})
  if (!profile.socket.startsWith(profile.folder)) rmSync(dirname(profile.socket), {recursive: true, force: true})
  return existed
}
