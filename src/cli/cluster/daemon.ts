// Talking to a profile's daemon from the command line.
import {readFileSync} from 'node:fs'
import {readBody} from '../../client/body.ts'
import {errorOf} from '../../client/client.ts'
import {createHttpTransport} from '../../client/http-transport.ts'
import {defaultProfile, type Profile} from '../../client/profile.ts'
import {hasCode} from '../../lib/node-error.ts'
import {UsageError} from '../../lib/usage-error.ts'

/** The command that starts a profile, as a person would type it. */
export const startCommand = ({name}: Profile): string =>
  name === defaultProfile ? 'mini start' : `mini start --profile ${name}`

/** Nobody answers on the socket. */
export class NotRunningError extends UsageError {
  constructor(profile: Profile, options?: ErrorOptions) {
    super(
      `the cluster ${JSON.stringify(profile.name)} is not running; start it with: ${startCommand(profile)}`,
      options,
    )
  }
}

const NOBODY_THERE = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR']

export const askDaemon = async <Answer>(
  profile: Profile,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  {body, timeoutMs = 30_000}: {readonly body?: object; readonly timeoutMs?: number} = {},
): Promise<Answer> => {
  await using transport = await createHttpTransport({socketPath: profile.socket, timeoutMs})
  try {
    const response = await transport.request({
      method,
      url: `/mini/${path}`,
      headers: {accept: 'application/json', ...(body ? {'content-type': 'application/json'} : {})},
      body: body ? JSON.stringify(body) : undefined,
    })
    const error = await errorOf(response)
    if (error) throw error.code === 400 ? new UsageError(error.message, {cause: error}) : error
    return JSON.parse((await readBody(response.body)).toString('utf8')) as Answer
  } catch (error) {
    if (hasCode(error, ...NOBODY_THERE)) throw new NotRunningError(profile, {cause: error})
    throw error
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** The process id the daemon wrote; undefined when there is none or it is no longer that daemon. */
export const daemonPid = (profile: Profile): number | undefined => {
  try {
    const pid = Number(readFileSync(profile.pidFile, 'utf8').trim())
    if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined
    // A number may have been given to another program since: ours says its profile in its arguments.
    const commandLine = process.platform === 'linux' ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : 'daemon.js'
    return commandLine.includes('daemon.js') ? pid : undefined
  } catch {
    return undefined
  }
}
