import {stat} from 'node:fs/promises'
import {posix, resolve} from 'node:path'
import {pods} from '../../api/resources.ts'
import type {flags} from '../commands/cp.ts'
import {type FileSpec, parseFileSpec} from '../copy/file-spec.ts'
import {remoteTar} from '../copy/remote-tar.ts'
import {unpack} from '../copy/unpack.ts'
import {fetchObject} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {type Obj, textAt} from '../objects.ts'
import {chooseContainer} from '../pods/resolve.ts'
import {type RemoteStreams, runRemote} from '../stream/remote-command.ts'
import {readTar} from '../tar/read.ts'
import {writeTar} from '../tar/write.ts'
import {Failure} from '../usage-mistake.ts'
import {execUrl} from './exec.ts'

type Cp = Invocation<typeof flags>
type Run = (command: readonly string[], streams?: Partial<RemoteStreams>) => Promise<boolean>

const podOf = async ({connect}: Cp, spec: FileSpec): Promise<Obj> => {
  const {namespace} = await connect()
  const where = {resource: pods, namespace: spec.namespace || namespace, name: spec.pod}
  const pod = await fetchObject({connect}, where)
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  return pod
}

const commandsIn = async (invocation: Cp, spec: FileSpec): Promise<Run> => {
  const {flags: own, io, connect} = invocation
  const pod = await podOf(invocation, spec)
  // One that was named is looked for by the server.
  const container = own.container || chooseContainer(pod, '', io)
  const {client} = await connect()
  return (command, streams = {}) =>
    runRemote({client, io}, execUrl({pod, container, command, stdin: streams.stdin !== undefined, tty: false}), {
      stdout: (chunk) => io.out(chunk),
      stderr: (chunk) => io.err(Buffer.from(chunk).toString('utf8')),
      ...streams,
    })
}

const isFolder = async (run: Run, path: string): Promise<boolean> => {
  try {
    await run(['test', '-d', path], {stdout: () => {}, stderr: () => {}})
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

const copyTo = async (invocation: Cp, source: FileSpec, destination: FileSpec): Promise<void> => {
  const local = resolve(invocation.io.cwd, source.file)
  try {
    await stat(local)
  } catch (error) {
    throw new Error(`${source.file} doesn't exist in local filesystem`, {cause: error})
  }
  const run = await commandsIn(invocation, destination)
  const isInto = await isFolder(run, destination.file)
  const target = isInto ? posix.join(destination.file, posix.basename(source.file)) : destination.file
  const preserve = invocation.flags['no-preserve'] ? ['--no-same-permissions', '--no-same-owner'] : []
  const command = ['tar', ...preserve, '-xmf', '-', '-C', posix.dirname(target)]
  const isComplete = await run(command, {stdin: writeTar(local, posix.basename(target))})
  if (!isComplete) throw new Error('unexpected EOF')
}

/** kubectl takes what came, whatever became of the container's tar, which has said itself what was wrong. */
const withoutItsCode =
  (run: Run): Run =>
  async (command, streams) => {
    try {
      return await run(command, streams)
    } catch (error) {
      if (error instanceof Failure && error.message.startsWith('command terminated')) return true
      throw error
    }
  }

const copyFrom = async (invocation: Cp, source: FileSpec, destination: FileSpec): Promise<void> => {
  const {flags: own, io, program} = invocation
  const run = await commandsIn(invocation, source)
  const readTarOf = program === 'kubectl' ? withoutItsCode(run) : run
  const warn = (text: string): void => io.err(text)
  await unpack({
    source,
    destination: destination.file,
    cwd: io.cwd,
    program,
    warn,
    entries: readTar(
      remoteTar({
        path: source.file,
        retries: own.retries,
        warn,
        run: (command, stdout) => readTarOf(command, {stdout}),
      }),
    ),
  })
}

export const cp = async (invocation: Cp): Promise<void> => {
  const {args} = invocation
  const [from = '', to = ''] = args
  if (args.length !== 2) throw new Error('source and destination are required')
  const [source, destination] = [parseFileSpec(from), parseFileSpec(to)]
  if (source.pod !== '' && destination.pod !== '')
    throw new Error('one of src or dest must be a local file specification')
  if (source.file === '' || destination.file === '') throw new Error('filepath can not be empty')
  if (source.pod !== '') await copyFrom(invocation, source, destination)
  else if (destination.pod !== '') await copyTo(invocation, source, destination)
  else throw new Error('one of src or dest must be a remote file specification')
}
