// Where this machine has what a private containerd takes.
import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {UsageError} from '../../lib/usage-error.ts'
import {findProgram, SYSTEM_PATH} from '../../runtime/run-program.ts'

const usualPluginFolders = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni']

/** Distributions keep them beside each other, not on PATH. */
const pluginFolder = (): string | undefined =>
  [
    ...usualPluginFolders,
    ...SYSTEM_PATH.split(':').map((folder) => join(dirname(folder), 'lib', 'cni')),
    ...SYSTEM_PATH.split(':'),
  ].find((folder) => ['bridge', 'host-local', 'loopback'].every((plugin) => existsSync(join(folder, plugin))))

export const containerdPrograms = () => {
  const [containerd, runc, plugins] = [findProgram('containerd'), findProgram('runc'), pluginFolder()]
  const missing = [
    ...(containerd ? [] : ['containerd']),
    ...(runc ? [] : ['runc']),
    ...(plugins ? [] : ['the CNI plugins (containernetworking-plugins)']),
  ]
  if (!containerd || !runc || !plugins)
    throw new UsageError(`--runtime containerd needs ${missing.join(' and ')}, which this machine does not have`)
  return {containerd, runc, plugins}
}
