// --match-server-version: only with a server of the very same version.
import {clientVersion} from './client-version.ts'
import type {Invocation} from './invocation.ts'
import {getJson} from './request.ts'

export const matchServerVersion = async ({connect}: Pick<Invocation, 'connect'>): Promise<void> => {
  const {client} = await connect()
  const server = await getJson<{gitVersion?: string}>(client, '/version')
  if (server.gitVersion !== clientVersion.gitVersion)
    throw new Error(
      `server version (${server.gitVersion ?? ''}) differs from client version (${clientVersion.gitVersion})`,
    )
}
