// The ways containers are launched, as the tests have them: runc and crun are Debian's where this machine has none.
import {existsSync} from 'node:fs'
import {delimiter} from 'node:path'
import {debianPackage} from './debian.ts'

export const launchers = ['unshare', 'runc', 'crun'] as const

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** An environment in which mini finds it. */
export const environmentFor = async (program: string): Promise<NodeJS.ProcessEnv> => {
  if (systemFolders.some((folder) => existsSync(`${folder}/${program}`))) return process.env
  const {env} = await debianPackage(program)
  return {...env, PATH: `${env.PATH}${delimiter}${process.env.PATH}`}
}
