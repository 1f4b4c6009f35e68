import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {ApiError} from '../../api/errors.ts'
import {apiVersionOf} from '../../api/resource.ts'
import {hasCode} from '../../lib/node-error.ts'
import {parseBigJson} from '../big-json.ts'
import {saveCause} from '../change-cause.ts'
import type {flags} from '../commands/patch.ts'
import {dryRunOf} from '../dry-run.ts'
import {gather, type Info, missingResource, select} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {copyOf, type Obj, textAt} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {Failure} from '../usage-mistake.ts'
import {patchObject, patchTypes} from '../write-object.ts'
import {readYaml} from '../yaml/read.ts'

type PatchKind = Exclude<keyof typeof patchTypes, 'apply'>

const patchText = ({flags: own, io}: Invocation<typeof flags>): string => {
  if (own.patch !== '' && own['patch-file'] !== '') throw new Error('cannot specify --patch and --patch-file together')
  if (own['patch-file'] === '') return own.patch
  const file = own['patch-file']
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`unable to read patch file: open ${file}: no such file or directory`, {cause: error})
  }
}

/** YAML is taken as well; what is neither goes to the server, which says what is wrong with it. */
const parsePatch = (text: string): unknown => {
  try {
    return readYaml(text)
  } catch (error) {
    throw new Error(
      `unable to parse ${JSON.stringify(text)}: ${error instanceof Error ? error.message : String(error)}`,
      {cause: error},
    )
  }
}

const asStatus = (error: unknown): unknown =>
  error instanceof ApiError && error.reason === 'Invalid' && !error.details?.causes && !error.details?.name
    ? new Failure(`The request is invalid: the server rejected our request due to an error in our request`)
    : error

export const patch = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  if (own.local && args.length > 0) throw new Error('cannot specify --local and server resources')
  const types = ['json', 'merge', 'strategic']
  if (own.patch === '' && own['patch-file'] === '')
    throw new Error('must specify --patch or --patch-file containing the contents of the patch')
  const type = own.type.toLowerCase()
  if (!types.includes(type))
    throw new Error(`--type must be one of [${types.join(' ')}], not ${JSON.stringify(own.type)}`)
  const text = patchText(invocation)
  const body = /^\s*[{[]/.test(text) ? text : compactJson(parsePatch(text))
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (args.length === 0 && !hasFiles) throw new Failure(`error: ${missingResource}`)
  const options = {io, connect, args, filenames: own.filename, recursive: own.recursive, kustomize: own.kustomize}
  const {infos, errors} = own.local ? await gather({...options, local: true}) : await named(options)
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
      if (own.local) {
        io.out(print(await patchLocally(info.object, type as PatchKind, parseBigJson(body)), 'patched'))
        continue
      }
      const {client} = await connect()
      const {fetchObject} = await import('../input/select.ts')
      const before = await fetchObject({connect, subresource: own.subresource || undefined}, info)
      const after = await patchObject(client, info, type as PatchKind, body, {
        dryRun: dryRun === 'none' ? 'none' : 'server',
        fieldManager: own['field-manager'],
        subresource: own.subresource,
      })
      if (dryRun !== 'client') await saveCause(invocation, info, dryRun)
      const same = textAt(before, 'metadata', 'resourceVersion') === textAt(after, 'metadata', 'resourceVersion')
      io.out(print(after, same && dryRun === 'none' ? 'patched (no change)' : 'patched'))
    } catch (error) {
      failed.push(asStatus(unsupported(error, type, info)))
    }
  if (failed.length > 0) throw together(failed)
}

/** Custom resources know no strategic merge. */
const unsupported = (error: unknown, type: string, {resource}: Info): unknown =>
  error instanceof ApiError && error.reason === 'UnsupportedMediaType'
    ? new Error(
        `${patchTypes[type as PatchKind]} is not supported by ${apiVersionOf(resource)}, Kind=${resource.kind}: ${error.message}`,
        {cause: error},
      )
    : error

const patchLocally = async (object: Obj, type: PatchKind, body: unknown): Promise<Obj> => {
  if (type === 'json') {
    const {applyJsonPatch} = await import('../json-patch.ts')
    return applyJsonPatch(copyOf(object), body) as Obj
  }
  const {mergePatch} = await import('../../api/patch/merge-patch.ts')
  return mergePatch(copyOf(object), body) as Obj
}

const named = async (options: Parameters<typeof select>[0]): ReturnType<typeof gather> => {
  const {wanted, single, mapper, fromFiles} = await select(options)
  return {
    single,
    mapper,
    fromFiles,
    infos: wanted.flatMap((one) =>
      one.kind === 'named' ? [{...one, object: {} as Obj, source: ''}] : one.kind === 'local' ? [one.info] : [],
    ),
    errors: wanted.flatMap((one) => (one.kind === 'failed' ? [one.error] : [])),
  }
}
