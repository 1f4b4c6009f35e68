// Compares what is there with what would be there after apply, through the `diff` program.
import {spawnSync} from 'node:child_process'
import {randomInt} from 'node:crypto'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {hasReason} from '../../api/errors.ts'
import {hasCode} from '../../lib/node-error.ts'
import {mapPatch} from '../apply/three-way.ts'
import {parseBigJson} from '../big-json.ts'
import type {flags} from '../commands/diff.ts'
import {fetchObject, gather, type Info} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {configurationOf, lastAppliedOf} from '../last-applied.ts'
import {isMap, type Obj, textAt} from '../objects.ts'
import {reportError} from '../report-error.ts'
import {builtInByKind} from '../resources/built-in.ts'
import {createObject, patchObject} from '../write-object.ts'
import {writeYaml} from '../yaml/write.ts'
import {matchesLabels, requireFiles} from './create.ts'

type Diff = Invocation<typeof flags>

const merged = async (invocation: Diff, info: Info, live: Obj | undefined): Promise<Obj> => {
  const {flags: own, connect, given} = invocation
  const {client} = await connect()
  if (own['server-side']) {
    const fieldManager = given('field-manager') ? own['field-manager'] : 'kubectl'
    return patchObject(client, info, 'apply', info.object, {
      dryRun: 'server',
      fieldManager,
      force: own['force-conflicts'],
    })
  }
  const fieldManager = own['field-manager']
  if (!live) return createObject(client, info, info.object, {dryRun: 'server', fieldManager})
  const strategic = builtInByKind(info.resource.group, info.resource.version, info.resource.kind) !== undefined
  const applied = lastAppliedOf(live)
  const patch = mapPatch(
    {original: applied === '' ? {} : parseBigJson(applied), modified: parseBigJson(configurationOf(info.object)), live},
    strategic,
  )
  return patchObject(client, info, strategic ? 'strategic' : 'merge', patch, {dryRun: 'server', fieldManager})
}

/** What every write changes would only be noise; secrets are not shown. */
const comparable = (object: Obj | undefined, keepManaged: boolean, hideApplied: boolean): string => {
  if (!object) return ''
  const copy = structuredClone(object)
  if (isMap(copy.metadata)) {
    if (!keepManaged) delete copy.metadata.managedFields
    if (hideApplied && isMap(copy.metadata.annotations)) {
      delete copy.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']
      if (Object.keys(copy.metadata.annotations).length === 0) delete copy.metadata.annotations
    }
  }
  return writeYaml(copy)
}

const maskSecrets = (from: Obj | undefined, to: Obj): void => {
  if (to.kind !== 'Secret') return
  const before = isMap(from?.data) ? {...from.data} : {}
  const after = isMap(to.data) ? {...to.data} : {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const changed = before[key] !== after[key]
    const [was, is] = changed && key in before && key in after ? ['*** (before)', '*** (after)'] : ['***', '***']
    if (key in before) before[key] = was
    if (key in after) after[key] = is
  }
  if (from && isMap(from.data)) from.data = before
  if (isMap(to.data)) to.data = after
}

const fileName = ({resource, namespace, name}: Info): string =>
  [resource.group, resource.version, resource.kind, namespace, name].filter((part) => part !== '').join('.')

const runDiff = ({io}: Diff, from: string, to: string): number => {
  const external = io.env.KUBECTL_EXTERNAL_DIFF
  const [program = 'diff', ...args] = external
    ? external.split(' ').filter((word) => /^[-\w./=]+$/.test(word))
    : ['diff', '-u', '-N']
  const {status, stdout, stderr, error} = spawnSync(program, [...args, from, to], {
    encoding: 'utf8',
    env: {...io.env},
    cwd: io.cwd,
    maxBuffer: 2 ** 30,
  })
  if (error) {
    const why = hasCode(error, 'ENOENT') ? 'executable file not found in $PATH' : error.message
    throw new Error(`failed to run ${JSON.stringify(program)}: ${why}`, {cause: error})
  }
  io.out(stdout)
  io.err(stderr)
  return status ?? 2
}

/** `/tmp/LIVE-945424210` */
const temporary = (name: string): string => {
  const folder = join(tmpdir(), `${name}-${randomInt(2 ** 32)}`)
  mkdirSync(folder, {mode: 0o700})
  return folder
}

const compare = async (invocation: Diff): Promise<number> => {
  const {flags: own, io, connect, args} = invocation
  if (args.length > 0) throw usageMistake(invocation, `Unexpected args: [${args.join(' ')}]`)
  requireFiles(own)
  const {infos, errors} = await gather({
    io,
    connect,
    args: [],
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
  })
  if (errors.length > 0) throw errors[0]
  const live = temporary('LIVE')
  const after = temporary('MERGED')
  try {
    for (const info of infos) {
      if (info.name === '') throw new Error('resource name may not be empty')
      if (own.selector !== '' && !matchesLabels(info.object, own.selector)) continue
      const current = await fetchObject({connect}, info).catch((error: unknown) => {
        if (hasReason(error, 'NotFound')) return undefined
        throw error
      })
      const wanted = await merged(invocation, info, current)
      maskSecrets(current, wanted)
      const hideApplied = false
      const [was, is] = [
        comparable(current, own['show-managed-fields'], hideApplied),
        comparable(wanted, own['show-managed-fields'], hideApplied),
      ]
      if (current) writeFileSync(join(live, fileName(info)), was)
      writeFileSync(join(after, fileName(info)), is)
    }
    if (own.prune) await addPruned(invocation, infos, live)
    return runDiff(invocation, live, after)
  } finally {
    for (const folder of [live, after]) rmSync(folder, {recursive: true, force: true})
  }
}

const addPruned = async (invocation: Diff, infos: readonly Info[], live: string): Promise<void> => {
  const {flags: own, connect} = invocation
  const {findPrunable} = await import('../apply/prune.ts')
  const {createMapper} = await import('../resources/mapper.ts')
  const connection = await connect()
  const kept = new Set<string>()
  for (const info of infos) kept.add(textAt(await fetchObject({connect}, info).catch(() => ({})), 'metadata', 'uid'))
  const found = await findPrunable(
    connection,
    createMapper(async () => connection.client),
    {
      allowlist: own['prune-allowlist'],
      selector: own.selector,
      namespaces: new Set(infos.map(({namespace}) => namespace).filter((namespace) => namespace !== '')),
      kept,
    },
  )
  for (const info of found) writeFileSync(join(live, fileName(info)), comparable(info.object, true, false))
}

/** 0: the same, 1: it differs, more: it failed. */
export const diff = async (invocation: Diff): Promise<number> => {
  try {
    return await compare(invocation)
  } catch (error) {
    return Math.max(2, reportError(error, invocation.io))
  }
}
