import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import {saveCause} from '../change-cause.ts'
import type {flags} from '../commands/scale.ts'
import {dryRunOf, withDryRun} from '../dry-run.ts'
import {gather, type Info, missingResource} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {numberAt, type Obj, textAt} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {getJson} from '../request.ts'
import {Failure} from '../usage-mistake.ts'
import {patchObject} from '../write-object.ts'

type Scale = Invocation<typeof flags>

const checkExpected = (scale: Obj, {flags: own}: Scale): void => {
  const replicas = numberAt(scale, 'spec', 'replicas')
  const version = textAt(scale, 'metadata', 'resourceVersion')
  if (own['current-replicas'] !== -1 && own['current-replicas'] !== replicas)
    throw new Error(`Expected replicas to be ${own['current-replicas']}, was ${replicas}`)
  if (own['resource-version'] !== '' && own['resource-version'] !== version)
    throw new Error(`Expected resource version to be ${own['resource-version']}, was ${version}`)
}

const scaleOne = async (invocation: Scale, info: Info): Promise<void> => {
  const {flags: own, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const {client} = await connect()
  if (own['current-replicas'] !== -1 || own['resource-version'] !== '')
    checkExpected(await getJson<Obj>(client, pathOf(info.resource, {...info, subresource: 'scale'})), invocation)
  if (dryRun === 'client') return
  await patchObject(client, info, 'merge', {spec: {replicas: own.replicas}}, {dryRun, subresource: 'scale'})
  await saveCause(invocation, info, dryRun)
}

const POLL_MS = 100

const waitForReplicas = async ({flags: own, connect}: Scale, {resource, namespace, name}: Info): Promise<void> => {
  const {client} = await connect()
  const end = performance.now() + own.timeout
  for (;;) {
    const scale = await getJson<Obj>(client, pathOf(resource, {namespace, name, subresource: 'scale'}))
    if (numberAt(scale, 'status', 'replicas') === own.replicas) return
    if (performance.now() > end) throw new Error(`timed out waiting for ${JSON.stringify(name)} to be synced`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

export const scale = async (invocation: Scale): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  if (own.all && own.selector !== '') throw new Error('cannot set --all and --selector at the same time')
  if (own.replicas < 0)
    throw new Error('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (args.length === 0 && !hasFiles) throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    selector: own.selector,
    all: own.all,
  })
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const failed = [...errors]
  for (const info of infos)
    try {
      await scaleOne(invocation, info)
      if (own.timeout > 0 && dryRun === 'none') await waitForReplicas(invocation, info)
      io.out(print(info.object, withDryRun('scaled', dryRun)))
    } catch (error) {
      failed.push(error)
      if (!hasReason(error, 'NotFound')) continue
    }
  if (failed.length > 0) throw together(failed)
  if (infos.length === 0) throw new Error('no objects passed to scale')
}
