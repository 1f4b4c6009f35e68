import {pathOf, type Resource} from '../../api/resource.ts'
import type {flags} from '../commands/get.ts'
import {
  listFailure,
  listUrl,
  missingResource,
  type Selection,
  type SelectOptions,
  select,
  typeName,
  type Wanted,
} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {usageMistake} from '../invocation.ts'
import type {Obj} from '../objects.ts'
import {createPrinter, type Printer} from '../output/printer.ts'
import {printTable, type Table, type TableOptions} from '../output/table.ts'
import {wantsColor} from '../output/wants-color.ts'
import {Several, together} from '../report-error.ts'
import {getJson} from '../request.ts'
import {Failure} from '../usage-mistake.ts'

type Get = Invocation<typeof flags>

const tableTypes =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

export const selectOptions = ({flags: own, args, io, connect}: Get): SelectOptions => ({
  io,
  connect,
  args,
  filenames: own.filename,
  recursive: own.recursive,
  kustomize: own.kustomize,
  selector: own.selector,
  fieldSelector: own['field-selector'],
  allNamespaces: own['all-namespaces'],
  chunkSize: own['chunk-size'],
  subresource: own.subresource,
  listTypes: true,
})

const getRaw = async (invocation: Get): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (own.watch || own['watch-only'] || own.selector !== '')
    throw new Error('--raw may not be specified with other flags that filter the server request or alter the output')
  if (args.length > 0) throw new Error('arguments may not be passed when --raw is specified')
  if (own.output !== '') throw new Error('--raw and --output are mutually exclusive')
  if (!own.raw.startsWith('/') && !/^[A-Za-z][\w+.-]*:/.test(own.raw))
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(own.raw)}: invalid URI for request`)
  const {client} = await connect()
  const {send} = await import('../request.ts')
  const {body} = await send(client, own.raw, {accept: 'application/json, */*'})
  if (body instanceof Uint8Array) io.out(body)
  else for await (const chunk of body) io.out(chunk)
}

interface Source {
  readonly resource: Resource
  readonly url: string
  readonly name: string | undefined
}

const sourceOf = (wanted: Wanted, own: Get['flags']): Source => {
  if (wanted.kind === 'failed') throw wanted.error
  const {resource, namespace} = wanted.kind === 'local' ? wanted.info : wanted
  if (wanted.kind === 'listed')
    return {
      resource,
      name: undefined,
      url: listUrl(resource, namespace, {
        labelSelector: own.selector,
        fieldSelector: own['field-selector'],
        limit: own['chunk-size'] > 0 ? own['chunk-size'] : undefined,
      }),
    }
  const name = wanted.kind === 'local' ? wanted.info.name : wanted.name
  return {resource, name, url: pathOf(resource, {namespace, name, subresource: own.subresource || undefined})}
}

interface Page {
  readonly metadata?: {readonly continue?: string; readonly resourceVersion?: string}
}

const withParameter = (url: string, name: string, value: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`

/** Every page of a list. */
async function* pages<T extends Page>(invocation: Get, source: Source, accept: string): AsyncGenerator<T> {
  const {client} = await invocation.connect()
  let next: string | undefined
  do {
    const url = next === undefined ? source.url : withParameter(source.url, 'continue', next)
    const page = await getJson<T>(client, url, {accept}).catch((error: unknown) => {
      const {selector, 'field-selector': fields} = invocation.flags
      throw source.name === undefined ? listFailure(error, source.resource, selector, fields) : error
    })
    yield page
    next = source.name === undefined ? page.metadata?.continue || undefined : undefined
  } while (next)
}

interface Block {
  readonly resource: Resource
  columnDefinitions: Table['columnDefinitions']
  readonly rows: NonNullable<Table['rows']>[number][]
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'reason' in error && error.reason === 'NotFound'

/** A server that makes no tables (an aggregated one) gets the least of a table. */
const asTable = (answer: Table | Obj): Table => {
  if (answer.kind === 'Table') return answer as Table
  const plain = answer as Obj
  const items = (Array.isArray(plain.items) ? plain.items : [plain]) as Obj[]
  return {
    kind: 'Table',
    columnDefinitions: [{name: 'Name', type: 'string', format: 'name'}, {name: 'Age'}],
    rows: items.map((object) => ({cells: plainCells(object), object})),
    metadata: (plain.metadata ?? {}) as Page['metadata'] & object,
  }
}

const plainCells = (object: Obj): unknown[] => {
  const metadata = (object.metadata ?? {}) as {name?: string; creationTimestamp?: string}
  const created = metadata.creationTimestamp
  return [metadata.name ?? '', created ? ageText(Date.parse(created)) : '<unknown>']
}

const ageText = (created: number): string => {
  const seconds = Math.max(0, Math.floor((Date.now() - created) / 1000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8 && hours % 24 !== 0) return `${days}d${hours % 24}h`
  if (days < 730) return `${days}d`
  return `${Math.floor(days / 365)}y`
}

const tableOptions = (invocation: Get, kindPrefix: string | undefined, headers: boolean): TableOptions => {
  const {flags: own} = invocation
  return {
    wide: own.output === 'wide',
    headers: headers && !own['no-headers'],
    withNamespace: own['all-namespaces'],
    kindPrefix,
    showLabels: own['show-labels'],
    labelColumns: own['label-columns'],
  }
}

interface Collected {
  readonly blocks: Block[]
  readonly errors: unknown[]
  /** Of all that answered, also of those that had nothing. */
  readonly types: ReadonlySet<string>
}

const collect = async (invocation: Get, wanted: readonly Wanted[]): Promise<Collected> => {
  const types = new Set<string>()
  const blocks: Block[] = []
  const errors: unknown[] = []
  const {flags: own} = invocation
  for (const one of wanted)
    try {
      const source = sourceOf(one, own)
      if (own['sort-by'] !== '') Object.assign(source, {url: withParameter(source.url, 'includeObject', 'Object')})
      const accept = own['server-print'] ? tableTypes : 'application/json'
      for await (const page of pages<Table & Page>(invocation, source, accept)) {
        const table = asTable(page)
        types.add(typeName(source.resource))
        const last = blocks.at(-1)
        if (last && last.resource.plural === source.resource.plural && last.resource.group === source.resource.group) {
          last.rows.push(...(table.rows ?? []))
          if ((last.columnDefinitions?.length ?? 0) === 0) last.columnDefinitions = table.columnDefinitions
        } else
          blocks.push({
            resource: source.resource,
            columnDefinitions: table.columnDefinitions,
            rows: [...(table.rows ?? [])],
          })
      }
    } catch (error) {
      if (!(own['ignore-not-found'] && isNotFound(error))) errors.push(error)
    }
  return {blocks, errors, types}
}

const sortBlocks = async (blocks: Block[], path: string): Promise<Block[]> => {
  if (path === '') return blocks
  const {sortByPath} = await import('../output/sort.ts')
  return blocks.map((block) => ({...block, rows: sortByPath(block.rows, path, ({object}) => object ?? {})}))
}

const painter = async (invocation: Get): Promise<TableOptions['paint']> =>
  wantsColor(invocation) ? (await import('../output/status-color.ts')).paintCell : undefined

const printTables = async (invocation: Get, wanted: readonly Wanted[], fromFiles: boolean): Promise<void> => {
  const {flags: own, io} = invocation
  const {blocks, errors, types} = await collect(invocation, wanted)
  const several = types.size > 1
  const shown = (await sortBlocks(blocks, own['sort-by'])).filter(({rows}) => rows.length > 0)
  const paint = await painter(invocation)
  shown.forEach((block, index) => {
    const prefix = several || own['show-kind'] ? typeName(block.resource) : undefined
    io.out(
      `${index > 0 && !own['no-headers'] ? '\n' : ''}${printTable({kind: 'Table', ...block}, {...tableOptions(invocation, prefix, true), paint})}`,
    )
  })
  if (shown.length === 0 && errors.length === 0 && !own['ignore-not-found']) {
    const {namespace} = await invocation.connect()
    const namespaced = wanted.some((one) => one.kind === 'listed' && one.resource.namespaced)
    if (wanted.some(({kind}) => kind === 'listed'))
      io.err(
        own['all-namespaces'] || !namespaced
          ? 'No resources found\n'
          : `No resources found in ${namespace} namespace.\n`,
      )
  }
  if (errors.length > 0) throw fromFiles ? new Several(errors) : together(errors)
}

const printObjects = async (
  invocation: Get,
  wanted: readonly Wanted[],
  {single, fromOneFile}: Pick<Selection, 'single' | 'fromOneFile'>,
  print: Printer,
): Promise<void> => {
  const {flags: own, io} = invocation
  const objects: Obj[] = []
  const errors: unknown[] = []
  for (const one of wanted)
    try {
      const source = sourceOf(one, own)
      for await (const page of pages<Obj & Page>(invocation, source, 'application/json')) {
        const answer = page as Obj
        if (source.name !== undefined) objects.push(answer)
        else {
          const kind = String(answer.kind).replace(/List$/, '')
          for (const item of (answer.items ?? []) as Obj[]) objects.push({apiVersion: answer.apiVersion, kind, ...item})
        }
      }
    } catch (error) {
      if (!(own['ignore-not-found'] && isNotFound(error))) errors.push(error)
    }
  if (fromOneFile && errors.length > 0) throw together(errors)
  const [first] = objects
  const {sortByPath} = own['sort-by'] === '' ? {sortByPath: undefined} : await import('../output/sort.ts')
  const items = sortByPath ? sortByPath(objects, own['sort-by'], (object) => object) : objects
  if (single && first) io.out(print(first))
  else if (!single && !(own['ignore-not-found'] && items.length === 0))
    io.out(print({apiVersion: 'v1', kind: 'List', metadata: {resourceVersion: ''}, items}))
  if (errors.length > 0) throw together(errors)
}

export const isTableFormat = (output: string): boolean => ['', 'wide'].includes(output)

export const get = async (invocation: Get): Promise<void> => {
  const {flags: own, args, io} = invocation
  if (own.raw !== '') return getRaw(invocation)
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (args.length === 0 && !hasFiles) {
    const {program} = invocation
    io.err(
      `You must specify the type of resource to get. Use "${program} api-resources" for a complete list of supported resources.\n\n`,
    )
    throw usageMistake(
      invocation,
      `Required resource not specified.\nUse "${program} explain <resource>" for a detailed description of that resource (e.g. ${program} explain pods).`,
    )
  }
  const watching = own.watch || own['watch-only']
  if (own['output-watch-events'] && !watching)
    throw new Error('--output-watch-events option can only be used with --watch or --watch-only')
  const print =
    isTableFormat(own.output) && !(own.output === '' && own.template !== '')
      ? undefined
      : await createPrinter({
          io,
          output: own.output,
          template: own.template,
          allowMissing: own['allow-missing-template-keys'],
          showManagedFields: own['show-managed-fields'],
          noHeaders: own['no-headers'],
          more: ['custom-columns', 'custom-columns-file', 'wide'],
        })
  const selection = await select(selectOptions(invocation))
  const {wanted, fromFiles} = selection
  if (own.subresource !== '' && wanted.some(({kind}) => kind === 'listed'))
    throw new Error('subresource cannot be used when bulk resources are specified')
  if (own.at !== '') return (await import('./get-at.ts')).getAt(invocation, wanted, print)
  if (watching) return (await import('./get-watch.ts')).getWatch(invocation, wanted, print)
  if (print) return printObjects(invocation, wanted, selection, print)
  return printTables(invocation, wanted, fromFiles)
}

export const requireWanted = (wanted: readonly Wanted[]): void => {
  if (wanted.length === 0) throw new Failure(`error: ${missingResource}`)
}
export {asTable, sourceOf, tableOptions, tableTypes, withParameter}
