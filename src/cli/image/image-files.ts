// Images from and to files and registries, whatever the runtime: mini's own tools, or containerd's ctr.
import type {Received} from '../../lib/cri/messages.ts'
import type {RuntimeClients} from '../cluster/runtime.ts'
import {ctr} from './ctr.ts'
import {fullName} from './names.ts'

/** Gives the names in it. */
export const loadFile = async (
  {isMini, socket, tools}: RuntimeClients,
  file: string,
  overwrite: boolean,
): Promise<readonly string[]> => {
  if (isMini) return (await tools.call('Load', {file, overwrite})).names
  const said = await ctr(socket, ['import', file])
  return [...said.matchAll(/^(?:unpacking (\S+) \(|(\S+)\s+saved)/gm)].map(
    ([, unpacked, saved]) => unpacked ?? saved ?? '',
  )
}

export const saveFile = async (
  {isMini, socket, tools}: RuntimeClients,
  names: readonly string[],
  file: string,
): Promise<void> => {
  if (isMini) await tools.call('Save', {names, file})
  else await ctr(socket, ['export', file, ...names.map(fullName)])
}

export const tagImage = async (
  {isMini, socket, tools}: RuntimeClients,
  source: string,
  target: string,
): Promise<void> => {
  if (isMini) await tools.call('Tag', {source, target})
  else await ctr(socket, ['tag', '--force', fullName(source), fullName(target)])
}

export const pushImage = async (
  {isMini, socket, tools}: RuntimeClients,
  name: string,
  auth: Received<'AuthConfig'> | undefined,
): Promise<string> => {
  if (isMini) return (await tools.call('Push', {name, auth})).digest
  const user = auth?.username ? ['--user', `${auth.username}:${auth.password}`] : []
  await ctr(socket, ['push', ...user, fullName(name)])
  return ''
}
