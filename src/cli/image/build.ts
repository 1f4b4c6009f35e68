// `mini image build` from its flags to an image in the cluster.
import {join} from 'node:path'
import type {Profile} from '../../client/profile.ts'
import type {BuildEvent, BuildRequest} from '../../lib/cri/image-tools.ts'
import {UsageError} from '../../lib/usage-error.ts'
import type {RuntimeClients} from '../cluster/runtime.ts'
import type {Io} from '../io.ts'
import {findContext} from './build-context.ts'
import {allCredentials, credentialsFor} from './docker-config.ts'
import {loadFile, pushImage, saveFile} from './image-files.ts'
import {inTemporaryFolder} from './load-sources.ts'
import {registryOf} from './names.ts'

export interface BuildFlags
  extends Pick<BuildRequest, 'tags' | 'buildArgs' | 'target' | 'noCache' | 'pull' | 'network'> {
  readonly where: string
  readonly file: string
  readonly push: boolean
  readonly quiet: boolean
}

const dim = (text: string, io: Io): string => (io.isTerminal.err ? `\u001b[2m${text}\u001b[22m` : text)

const show = (event: BuildEvent, io: Io): void => {
  if (event.type === 'step') io.err(`${event.cached ? dim(`${event.name} (cached)`, io) : event.name}\n`)
  else if (event.type === 'output') io.err(dim(event.text, io))
  else if (event.type === 'warning') io.err(`Warning: ${event.text}\n`)
}

/** With mini's own tools. Gives the image's id. */
const build = async (clients: RuntimeClients, io: Io, request: BuildRequest, quiet: boolean): Promise<string> => {
  let id = ''
  for await (const event of clients.tools.stream('Build', request)) {
    if (event.type === 'result') id = event.id
    if (!quiet || event.type === 'warning') show(event, io)
  }
  return id
}

/** Another runtime gets what mini's own, started for this alone, has built. */
const buildElsewhere = async (
  clients: RuntimeClients,
  io: Io,
  request: BuildRequest,
  flags: BuildFlags,
  profile: Profile,
): Promise<string> => {
  const [tag] = request.tags
  if (tag === undefined)
    throw new UsageError("this cluster's container runtime is not mini's own: give the image a --tag")
  const {withStoppedRuntime} = await import('../cluster/runtime.ts')
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'built.tar')
    const id = await withStoppedRuntime(profile, async (builder) => {
      const built = await build(builder, io, request, flags.quiet)
      await saveFile(builder, request.tags, file)
      return built
    })
    await loadFile(clients, file, true)
    return id
  })
}

export const buildImage = (clients: RuntimeClients, io: Io, flags: BuildFlags, profile: Profile): Promise<void> =>
  inTemporaryFolder(async (work) => {
    const {dockerfile, folder, ignore} = await findContext(flags, io, work)
    const {buildArgs, network, noCache, pull, tags} = flags
    const request: BuildRequest = {
      ...{dockerfile, tags, buildArgs, noCache, pull, network, auths: allCredentials(io.env)},
      ...(folder === undefined ? {} : {context: folder}),
      ...(ignore === undefined ? {} : {ignore}),
      ...(flags.target ? {target: flags.target} : {}),
    }
    const id = clients.isMini
      ? await build(clients, io, request, flags.quiet)
      : await buildElsewhere(clients, io, request, flags, profile)
    io.out(`${id}\n`)
    if (flags.push) for (const tag of tags) await pushImage(clients, tag, credentialsFor(registryOf(tag), io.env))
  })
