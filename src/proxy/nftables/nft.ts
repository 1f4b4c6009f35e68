// The program `nft`: one transaction a call.
import {spawn} from 'node:child_process'
import {hasCode} from '../../lib/node-error.ts'

export interface Nft {
  /** Carries out the whole script or nothing of it, and then says why not. */
  apply(script: string): Promise<void>
  /** Whether the kernel would take the script. */
  check(script: string): Promise<void>
}

/** Not there at all, which is no failure but a property of the machine. */
export class NftMissing extends Error {
  override readonly name = 'NftMissing'
}

const LONGEST_REASON = 500
const LONGEST_MS = 30_000

const run = (args: readonly string[], script: string, env: NodeJS.ProcessEnv): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('nft', [...args, '-f', '-'], {
      env,
      stdio: ['pipe', 'ignore', 'pipe'],
      signal: AbortSignal.timeout(LONGEST_MS),
    })
    let said = ''
    child.stderr.on('data', (chunk) => {
      if (said.length < LONGEST_REASON) said += chunk
    })
    child.on('error', (error) =>
      reject(hasCode(error, 'ENOENT') ? new NftMissing('there is no nft on this machine', {cause: error}) : error),
    )
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`nft exited with ${code ?? signal}: ${said.slice(0, LONGEST_REASON).trim()}`))
    })
    // A child that ends early closes the pipe: its exit says more.
    child.stdin.on('error', () => undefined)
    child.stdin.end(script)
  })

export const createNft = (path: string): Nft => {
  const env = {PATH: path}
  return {apply: (script) => run([], script, env), check: (script) => run(['-c'], script, env)}
}
