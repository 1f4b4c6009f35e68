import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {hasCode} from '../../../lib/node-error.ts'
import {
  deleteCluster as deleteDefinition,
  type setClusterFlags,
  setCluster as setDefinition,
} from '../../commands/config/entries.ts'
import type {Invocation} from '../../invocation.ts'
import {editKubeconfig} from '../../kubeconfig/edit.ts'
import {type Cluster, startingKubeconfig} from '../../kubeconfig/kubeconfig.ts'
import {showHelp} from './help-on-mistake.ts'

export const getClusters = async (invocation: Invocation): Promise<void> => {
  const {clusters} = startingKubeconfig(invocation)
  invocation.io.out(`${['NAME', ...[...clusters.keys()].toSorted()].join('\n')}\n`)
}

export const deleteCluster = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation, deleteDefinition)
    return
  }
  const edit = editKubeconfig(invocation)
  const file = edit.fileOf('clusters', name)
  if (!edit.find('clusters', name)) throw new Error(`cannot delete cluster ${name}, not in ${file}`)
  edit.remove('clusters', name)
  edit.save()
  io.out(`deleted cluster ${name} from ${file}\n`)
}

/** The content of a certificate file as base64. */
export const embedded = (invocation: Pick<Invocation, 'io'>, flag: string, file: string): string => {
  try {
    return readFileSync(resolve(invocation.io.cwd, file)).toString('base64')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`could not stat ${flag} file ${file}: stat ${file}: no such file or directory`, {cause: error})
  }
}

const withAuthority = (invocation: Invocation<typeof setClusterFlags>, cluster: Cluster): Cluster => {
  const {flags: own, given, io} = invocation
  const file = own['certificate-authority']
  if (!given('certificate-authority')) return cluster
  const {'certificate-authority': _, 'certificate-authority-data': __, ...rest} = cluster
  if (file === '') return rest
  if (own['embed-certs'])
    return {...rest, 'certificate-authority-data': embedded(invocation, 'certificate-authority', file)}
  return {...rest, 'insecure-skip-tls-verify': false, 'certificate-authority': resolve(io.cwd, file)}
}

export const setCluster = async (invocation: Invocation<typeof setClusterFlags>): Promise<void> => {
  const {flags: own, args, given, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation as unknown as Invocation, setDefinition)
    throw new Error(`unexpected args: [${args.join(' ')}]`)
  }
  if (name === '') throw new Error('you must specify a non-empty cluster name')
  if (own['insecure-skip-tls-verify'] && own['certificate-authority'] !== '')
    throw new Error('you cannot specify a certificate authority and insecure mode at the same time')
  if (own['embed-certs'] && own['certificate-authority'] === '')
    throw new Error('you must specify a --certificate-authority to embed')
  const edit = editKubeconfig(invocation)
  let cluster: Cluster = {...edit.find<Cluster>('clusters', name)}
  if (given('server')) {
    cluster.server = own.server
    // Another server has another name.
    delete cluster['tls-server-name']
  }
  if (given('tls-server-name')) cluster['tls-server-name'] = own['tls-server-name']
  if (given('proxy-url')) cluster['proxy-url'] = own['proxy-url']
  if (given('insecure-skip-tls-verify')) {
    cluster['insecure-skip-tls-verify'] = own['insecure-skip-tls-verify']
    if (own['insecure-skip-tls-verify'])
      cluster = {...cluster, 'certificate-authority': '', 'certificate-authority-data': ''}
  }
  edit.set('clusters', name, withAuthority(invocation, cluster))
  edit.save()
  io.out(`Cluster "${name}" set.\n`)
}
