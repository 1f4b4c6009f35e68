// What the `set` commands share: change each object's pod, send the change, say what happened.
import {mergeDifference} from './apply/three-way.ts'
import {recordCause} from './change-cause.ts'
import {dryRunOf, withDryRun} from './dry-run.ts'
import {gather, type Info} from './input/select.ts'
import type {Invocation} from './invocation.ts'
import {requireKnownKinds} from './known-kinds.ts'
import {copyOf, type Obj} from './objects.ts'
import {createResultPrinter} from './output/printer.ts'
import {podSpecOf, withTypedDefaults} from './pod-template.ts'
import {together} from './report-error.ts'
import {patchObject} from './write-object.ts'

export interface SetFlags {
  readonly 'allow-missing-template-keys': boolean
  readonly 'dry-run': string
  readonly 'field-manager': string
  readonly filename: readonly string[]
  readonly kustomize?: string
  readonly local: boolean
  readonly output: string
  readonly recursive: boolean
  readonly 'show-managed-fields': boolean
  readonly template: string
  readonly all?: boolean
  readonly selector?: string
}

export type SetInvocation = Omit<Invocation, 'flags'> & {readonly flags: SetFlags}

export interface SetWork {
  readonly invocation: SetInvocation
  readonly resources: readonly string[]
  /** `image updated`. */
  readonly operation: string
  /** Changes the copy it is given; false: it could not, and said so. */
  readonly change: (object: Obj, info: Info, complain: (error: Error) => void) => void | Promise<void>
  /** Before the server's words when the change is refused. */
  readonly failure?: string
  /** Kinds without a pod are refused, unless this says otherwise. */
  readonly anyKind?: boolean
  /** What is the same already is written, and said to be, all the same. */
  readonly evenSame?: boolean
}

const localResources = `you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`

export const gatherForSet = async ({
  invocation,
  resources,
}: Pick<SetWork, 'invocation' | 'resources'>): ReturnType<typeof gather> => {
  const {flags, io, connect} = invocation
  if (flags.local && flags.filename.length === 0 && !flags.kustomize) throw new Error(localResources)
  const gathered = await gather({
    io,
    connect,
    args: flags.local ? [] : resources,
    filenames: flags.filename,
    recursive: flags.recursive,
    kustomize: flags.kustomize,
    selector: flags.selector,
    all: flags.all,
    local: flags.local,
    latest: true,
  })
  requireKnownKinds(gathered.infos)
  return gathered
}

/** Go's type of the object, for the complaint that it has no pod. */
const goType = ({resource}: Info): string => `*${resource.version}.${resource.kind}`

const setOne = async (work: SetWork, info: Info, complain: (error: Error) => void): Promise<Obj | undefined> => {
  const {invocation, change, anyKind, failure} = work
  const {flags, connect} = invocation
  const dryRun = dryRunOf(flags['dry-run'])
  const {resource, name, object} = info
  if (!anyKind && !podSpecOf(object))
    throw new Error(
      `${resource.plural}/${name} the object is not a pod or does not have a pod template: ${goType(info)}`,
    )
  const wanted = copyOf(object)
  await change(wanted, info, complain)
  recordCause(wanted, invocation)
  const patch = mergeDifference(object, wanted)
  if (Object.keys(patch).length === 0 && !work.evenSame) return undefined
  if (flags.local) return withTypedDefaults(wanted)
  if (dryRun === 'client') return wanted
  const {client} = await connect()
  try {
    return await patchObject(client, info, 'merge', patch, {dryRun, fieldManager: flags['field-manager']})
  } catch (error) {
    if (failure === undefined || !(error instanceof Error)) throw error
    throw new Error(`${failure}${error.message}`, {cause: error})
  }
}

export const runSet = async (work: SetWork): Promise<void> => {
  const {invocation, operation} = work
  const {flags, io} = invocation
  const dryRun = dryRunOf(flags['dry-run'])
  const {infos, errors} = await gatherForSet(work)
  const print = await createResultPrinter({
    io,
    output: flags.output,
    template: flags.template,
    allowMissing: flags['allow-missing-template-keys'],
    showManagedFields: flags['show-managed-fields'],
  })
  const failed = [...errors]
  for (const info of infos)
    try {
      const done = await setOne(work, info, (error) => failed.push(error))
      if (done) io.out(print(done, withDryRun(operation, flags.local ? 'none' : dryRun)))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}

/** Arguments with `=` or a `-` at the end are changes, the rest are resources. */
export const splitSetArgs = (args: readonly string[]): {resources: string[]; changes: string[]} => {
  const isChange = (arg: string): boolean => arg.indexOf('=') > 0 || (arg.endsWith('-') && arg !== '-')
  return {resources: args.filter((arg) => !isChange(arg)), changes: args.filter(isChange)}
}

export const containersOf = (object: Obj, ...lists: readonly string[]): Obj[] => {
  const spec = podSpecOf(object)
  return lists.flatMap((list) => (Array.isArray(spec?.[list]) ? (spec[list] as Obj[]) : []))
}

/** `*` and `?`-free patterns of container names: `*` stands for any text. */
export const nameMatches = (pattern: string, name: string): boolean =>
  pattern === '*' ||
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'))
      .join('.*')}$`,
  ).test(name)
