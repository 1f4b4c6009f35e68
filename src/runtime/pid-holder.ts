// Keeps a pid namespace that a pod's containers share, and reaps what is left to its pid 1.
import {spawn} from 'node:child_process'
import type {Readable} from 'node:stream'
import {SYSTEM_PATH} from './run-program.ts'

const script =
  'read -r pid rest < /proc/self/stat; echo $pid; exec >&-; trap : TERM INT; while :; do sleep 2000000 & wait $!; wait; done'

/** The pid on this machine of the namespace's pid 1. It dies with the runtime, and everything in the namespace with it. */
export const holdPidNamespace = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', script],
      {
        cwd: '/',
        env: {PATH: SYSTEM_PATH},
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    child.on('error', reject)
    child.on('exit', () => reject(new Error('the pid namespace could not be made')))
    ;(child.stdout as Readable).once('data', (chunk: Buffer) => resolve(Number(chunk.toString().trim())))
  })
