// Debian's own Python client: installed once a machine, by root only.
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {isRoot} from './mini-cri.ts'

const run = promisify(execFile)
/** The system's interpreter: another one on PATH does not see Debian's packages. */
export const debianPython = '/usr/bin/python3'

const isThere = (): Promise<boolean> =>
  run(debianPython, ['-c', 'import kubernetes']).then(
    () => true,
    () => false,
  )

const install = 'apt-get install -y -q --no-install-recommends python3-kubernetes'

/** Why it cannot be used here; undefined when it can. */
export const pythonClientProblem = async (): Promise<string | undefined> => {
  if (await isThere()) return undefined
  if (!isRoot) return 'python3-kubernetes is not installed, and only root can install it'
  try {
    const script = `${install} || { apt-get update -q && ${install}; }`
    await run('flock', ['/tmp/mini-tests-apt.lock', 'sh', '-c', script], {
      env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      timeout: 120_000,
      maxBuffer: 2 ** 26,
    })
  } catch (error) {
    return `python3-kubernetes cannot be installed: ${error instanceof Error ? error.message : error}`
  }
  return (await isThere()) ? undefined : 'python3-kubernetes is installed and cannot be imported'
}
