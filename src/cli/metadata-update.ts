// label and annotate: the same work on two maps.

import {mergeDifference} from './apply/three-way.ts'
import {recordCause} from './change-cause.ts'
import type {flags as annotateFlags} from './commands/annotate.ts'
import type {flags as labelFlags} from './commands/label.ts'
import {type DryRun, dryRunOf, withDryRun} from './dry-run.ts'
import {gather, type Info} from './input/select.ts'
import type {Invocation} from './invocation.ts'
import {copyOf, ensureMap, type Obj, stringsAt} from './objects.ts'
import {createResultPrinter} from './output/printer.ts'
import {together} from './report-error.ts'
import {UsageMistake} from './usage-mistake.ts'
import {patchObject} from './write-object.ts'

type What = 'label' | 'annotation'
type Update = Invocation<typeof labelFlags> | Invocation<typeof annotateFlags>

export interface Changes {
  readonly set: ReadonlyMap<string, string>
  readonly remove: readonly string[]
}

const isChange = (arg: string): boolean =>
  (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg.length > 1)

/** Resources come first, changes after them. */
export const splitArgs = (args: readonly string[]): {resources: string[]; changes: string[]} => {
  const resources: string[] = []
  const changes: string[] = []
  for (const arg of args)
    if (isChange(arg)) changes.push(arg)
    else if (changes.length > 0) throw new UsageMistake(`all resources must be specified before label changes: ${arg}`)
    else resources.push(arg)
  return {resources, changes}
}

const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/
const labelRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

export const parseChanges = (specs: readonly string[], what: What): Changes => {
  const set = new Map<string, string>()
  const remove: string[] = []
  for (const spec of specs) {
    const equals = spec.indexOf('=')
    if (equals >= 0) {
      const value = spec.slice(equals + 1)
      if (what === 'label' && (!labelValue.test(value) || value.length > 63))
        throw new Error(
          `invalid label value: ${JSON.stringify(spec)}: ${value.length > 63 ? 'must be no more than 63 bytes' : labelRule}`,
        )
      set.set(spec.slice(0, equals), value)
    } else remove.push(spec.slice(0, -1))
  }
  const both = remove.filter((key) => set.has(key))
  if (both.length > 0)
    throw new Error(
      what === 'label'
        ? 'can not both modify and remove a label in the same command'
        : `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    )
  return {set, remove}
}

const field = (what: What): string => (what === 'label' ? 'labels' : 'annotations')

const checkOverwrite = (object: Obj, {set}: Changes, what: What): void => {
  const current = stringsAt(object, 'metadata', field(what))
  const clashes = [...set]
    .filter(([key, value]) => current[key] !== undefined && current[key] !== value)
    .map(([key]) => key)
  if (clashes.length === 0) return
  if (what === 'label')
    throw new Error(
      clashes.map((key) => `'${key}' already has a value (${current[key]}), and --overwrite is false`).join('; '),
    )
  throw new Error(
    `--overwrite is false but found the following declared annotation(s): ${clashes.map((key) => `'${key}' already has a value (${current[key]})`).join('; ')}`,
  )
}

const changed = (object: Obj, {set, remove}: Changes, what: What, resourceVersion: string): Obj => {
  const copy = copyOf(object)
  const map = ensureMap(copy, 'metadata', field(what))
  for (const [key, value] of set) map[key] = value
  for (const key of remove) delete map[key]
  if (Object.keys(map).length === 0) delete (copy.metadata as Obj)[field(what)]
  if (resourceVersion !== '') ensureMap(copy, 'metadata').resourceVersion = resourceVersion
  return copy
}

/** What is said of it: `labeled`, `unlabeled`, `not labeled`. */
const operationOf = (before: Obj, after: Obj, {set, remove}: Changes, what: What): string => {
  if (what === 'annotation') return 'annotated'
  const same =
    JSON.stringify(stringsAt(before, 'metadata', 'labels')) === JSON.stringify(stringsAt(after, 'metadata', 'labels'))
  if (same) return 'not labeled'
  return set.size === 0 && remove.length > 0 ? 'unlabeled' : 'labeled'
}

interface Work {
  readonly invocation: Update
  readonly what: What
  readonly changes: Changes
  readonly dryRun: DryRun
}

const updateOne = async (
  {invocation, what, changes, dryRun}: Work,
  info: Info,
): Promise<{object: Obj; operation: string}> => {
  const {flags: own, io} = invocation
  if (!own.overwrite) checkOverwrite(info.object, changes, what)
  const wanted = changed(info.object, changes, what, own['resource-version'])
  recordCause(wanted, invocation)
  if (what === 'label')
    for (const key of changes.remove)
      if (!(key in stringsAt(info.object, 'metadata', 'labels'))) io.out(`label ${JSON.stringify(key)} not found.\n`)
  const operation = operationOf(info.object, wanted, changes, what)
  if (own.local || dryRun === 'client') return {object: wanted, operation}
  const patch = mergeDifference(info.object, wanted)
  if (Object.keys(patch).length === 0) return {object: info.object, operation}
  const {client} = await invocation.connect()
  return {
    object: await patchObject(client, info, 'merge', patch, {dryRun, fieldManager: own['field-manager']}),
    operation,
  }
}

const listMaps = (invocation: Update, what: What, infos: readonly Info[], hasSeveral: boolean): void => {
  const {io} = invocation
  for (const {object, resource, name} of infos) {
    if (hasSeveral)
      io.out(
        `Listing ${field(what)} for ${resource.kind}${resource.group === '' ? '' : `.${resource.group}`}/${name}:\n`,
      )
    for (const [key, value] of Object.entries(stringsAt(object, 'metadata', field(what))).sort())
      io.out(`${hasSeveral ? ' ' : ''}${key}=${value}\n`)
  }
}

export const updateMetadata = async (invocation: Update, what: What): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const {resources, changes: specs} = splitArgs(args)
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  const dryRun = dryRunOf(own['dry-run'])
  if (own.all && own.selector !== '') throw new Error('cannot set --all and --selector at the same time')
  if (resources.length === 0 && !hasFiles)
    throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (specs.length === 0 && !own.list) throw new Error(`at least one ${what} update is required`)
  const changes = parseChanges(specs, what)
  if (own.local && !hasFiles)
    throw new Error(
      `can only use local files by -f ${what === 'label' ? 'pod.yaml' : 'rsrc.yaml'} or --filename=${what === 'label' ? 'pod.json' : 'rsrc.json'} when --local=true is set`,
    )
  const {infos, errors} = await gather({
    io,
    connect,
    args: resources,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    selector: own.selector,
    fieldSelector: own['field-selector'],
    all: own.all,
    allNamespaces: own['all-namespaces'],
    local: own.local,
    latest: true,
  })
  if (own.list && specs.length === 0) {
    if (errors.length > 0) throw together(errors)
    return listMaps(invocation, what, infos, infos.length > 1)
  }
  if (own['resource-version'] !== '' && infos.length > 1)
    throw new Error('--resource-version may only be used with a single resource')
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
      const {object, operation} = await updateOne({invocation, what, changes, dryRun}, info)
      if (own.list) listMaps(invocation, what, [{...info, object}], infos.length > 1)
      else io.out(print(object, withDryRun(operation, dryRun)))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}
