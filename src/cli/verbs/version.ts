import {clientVersion, kustomizeVersion} from '../client-version.ts'
import type {flags} from '../commands/version.ts'
import type {Invocation} from '../invocation.ts'
import {indentedJson} from '../output/json.ts'
import {Failure, UsageMistake} from '../usage-mistake.ts'

interface ServerVersion {
  readonly gitVersion: string
  readonly major: string
  readonly minor: string
}

const readServerVersion = async (invocation: Pick<Invocation, 'connect'>): Promise<ServerVersion> => {
  const {getJson} = await import('../request.ts')
  const {client} = await invocation.connect()
  return getJson<ServerVersion>(client, '/version')
}

const skew = (server: ServerVersion): string | undefined => {
  const apart = Math.abs(Number.parseInt(server.minor, 10) - Number.parseInt(clientVersion.minor, 10))
  if (apart <= 1 && server.major === clientVersion.major) return undefined
  return `WARNING: version difference between client (${clientVersion.major}.${clientVersion.minor}) and server (${server.major}.${server.minor}) exceeds the supported minor version skew of +/-1\n`
}

export const version = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {
    flags: {output, client},
    args,
    io,
  } = invocation
  if (args.length > 0) throw new UsageMistake(`extra arguments: [${args.join(' ')}]`)
  if (!['', 'yaml', 'json'].includes(output)) throw new UsageMistake("--output must be 'yaml' or 'json'")
  let server: ServerVersion | undefined
  let failed: unknown
  if (!client)
    try {
      server = await readServerVersion(invocation)
    } catch (error) {
      failed = error
    }
  const all = {clientVersion, kustomizeVersion, ...(server ? {serverVersion: server} : {})}
  if (output === 'json') io.out(`${indentedJson(all, '  ')}\n`)
  else if (output === 'yaml') io.out(`${(await import('../yaml/write.ts')).writeYaml(all)}\n`)
  else {
    io.out(`Client Version: ${clientVersion.gitVersion}\nKustomize Version: ${kustomizeVersion}\n`)
    if (server) io.out(`Server Version: ${server.gitVersion}\n`)
  }
  if (failed) throw failed instanceof Error ? failed : new Failure(String(failed))
  const warning = server && skew(server)
  if (warning) io.err(warning)
}
