// -o: from the name of a format to a function that prints objects.
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'
import {isMap, nameOf, type Obj} from '../objects.ts'
import {indentedJson, orderedJson} from './json.ts'
import {goExecutionError} from './template-error.ts'

/** Prints one object; a List is one object too. */
export type Printer = (object: Obj) => string

export interface PrinterOptions {
  readonly io: Io
  readonly output: string
  readonly template?: string | undefined
  readonly allowMissing?: boolean | undefined
  readonly showManagedFields?: boolean | undefined
  readonly noHeaders?: boolean | undefined
  /** Further formats of the command, for the complaint. */
  readonly more?: readonly string[] | undefined
  /** Keys of JSON stay in their order. */
  readonly keepOrder?: boolean | undefined
  /** Behind the name: `created`. */
  readonly operation?: string | undefined
}

const usual = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'kyaml',
  'name',
  'template',
  'templatefile',
  'yaml',
]

export const unknownFormat = (output: string, allowed: readonly string[]): Error =>
  new Error(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed.toSorted().join(',')}`,
  )

const withoutManagedFields = (object: Obj): Obj => {
  if (Array.isArray(object.items) && String(object.kind).endsWith('List'))
    return {...object, items: object.items.map((item) => (isMap(item) ? withoutManagedFields(item) : item))}
  if (!isMap(object.metadata) || !('managedFields' in object.metadata)) return object
  const {managedFields: _, ...metadata} = object.metadata
  return {...object, metadata}
}

/** `deployment.apps/web`. */
export const objectName = (object: Obj): string => {
  const apiVersion = String(object.apiVersion ?? '')
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`
  const kind = String(object.kind ?? '').toLowerCase()
  return `${kind === '' ? '<unknown>' : kind}${group}/${nameOf(object) || '<unknown>'}`
}

export const namePrinter =
  (operation = ''): Printer =>
  (object) => {
    const items =
      Array.isArray(object.items) && String(object.kind).endsWith('List') ? (object.items as Obj[]) : undefined
    if (items) return items.map(namePrinter(operation)).join('')
    return `${objectName(object)}${operation === '' ? '' : ` ${operation}`}\n`
  }

/** `-o format=argument`, or the argument in --template. */
const splitFormat = (output: string): {format: string; argument: string | undefined} => {
  const equals = output.indexOf('=')
  return equals < 0
    ? {format: output, argument: undefined}
    : {format: output.slice(0, equals), argument: output.slice(equals + 1)}
}

const templateArgument = (options: PrinterOptions, argument: string | undefined, isFile: boolean): string => {
  const text = argument || options.template || ''
  if (text === '') throw new Error('template format specified but no template given')
  if (!isFile) return text
  try {
    return readFileSync(resolve(options.io.cwd, text), 'utf8')
  } catch (error) {
    throw new Error(`error reading --template ${text}, open ${text}: no such file or directory\n`, {cause: error})
  }
}

const jsonPathPrinter = async (options: PrinterOptions, template: string, asJson: boolean): Promise<Printer> => {
  const {printJsonPath, printJsonPathAsJson} = await import('../jsonpath/print.ts')
  const allowMissing = options.allowMissing ?? true
  try {
    const print = (asJson ? printJsonPathAsJson : printJsonPath)(template, {allowMissing})
    return (object) => {
      try {
        return print(object)
      } catch (error) {
        throw goExecutionError(error, 'jsonpath', template, object, options.io)
      }
    }
  } catch (error) {
    throw new Error(`error parsing jsonpath ${template}, ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

const goTemplatePrinter = async (options: PrinterOptions, template: string): Promise<Printer> => {
  const {compileTemplate} = await import('../template/template.ts')
  try {
    const print = compileTemplate(template, {name: 'output', missingKeyIsError: options.allowMissing === false})
    return (object) => {
      try {
        return print(object)
      } catch (error) {
        throw goExecutionError(error, 'template', template, object, options.io)
      }
    }
  } catch (error) {
    throw new Error(`error parsing template ${template}, ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

const yamlPrinter = async (): Promise<Printer> => {
  const {writeYaml} = await import('../yaml/write.ts')
  let printed = 0
  return (object) => `${printed++ > 0 ? '---\n' : ''}${writeYaml(object)}`
}

const kyamlPrinter = async (keepOrder: boolean): Promise<Printer> => {
  const {writeKyaml} = await import('./kyaml.ts')
  return (object) => writeKyaml(object, keepOrder)
}

const readTemplate = (io: Io, file: string): string => {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`error reading template ${file}, open ${file}: no such file or directory\n`, {cause: error})
  }
}

const columnsPrinter = async (options: PrinterOptions, argument: string, isFile: boolean): Promise<Printer> => {
  const {parseColumns, parseColumnsFile, printColumns} = await import('./custom-columns.ts')
  if (argument === '') throw new Error('custom-columns format specified but no custom columns given')
  const columns = isFile ? parseColumnsFile(readTemplate(options.io, argument)) : parseColumns(argument)
  // The headers of a file are shown in any case.
  let headers = isFile || options.noHeaders !== true
  const remembered: number[] = []
  return (object) => {
    const items = Array.isArray(object.items) ? (object.items as Obj[]) : [object]
    printColumns(columns, items, {headers, remembered, out: options.io.out})
    headers = false
    return ''
  }
}

/** Undefined for the formats that are a command's own ('' and what it handles itself). */
export const createPrinter = async (options: PrinterOptions): Promise<Printer> => {
  const {output, more = []} = options
  const {format, argument} = splitFormat(output === '' && options.template ? 'go-template' : output)
  const clean = (print: Printer): Printer =>
    options.showManagedFields ? print : (object) => print(withoutManagedFields(object))
  switch (format.toLowerCase()) {
    case 'json':
      if (argument === undefined)
        return clean((object) => `${options.keepOrder ? orderedJson(object) : indentedJson(object)}\n`)
      break
    case 'yaml':
      if (argument === undefined) return clean(await yamlPrinter())
      break
    case 'kyaml':
      if (argument === undefined) return clean(await kyamlPrinter(options.keepOrder === true))
      break
    case 'name':
      if (argument === undefined) return namePrinter()
      break
    case 'jsonpath':
    case 'jsonpath-as-json':
      return jsonPathPrinter(options, templateArgument(options, argument, false), format.endsWith('json'))
    case 'jsonpath-file':
      return jsonPathPrinter(options, templateArgument(options, argument, true), false)
    case 'go-template':
    case 'template':
      return goTemplatePrinter(options, templateArgument(options, argument, false))
    case 'go-template-file':
    case 'templatefile':
      return goTemplatePrinter(options, templateArgument(options, argument, true))
    case 'custom-columns':
    case 'custom-columns-file':
      if (more.includes('custom-columns')) return columnsPrinter(options, argument ?? '', format.endsWith('file'))
      break
    default:
  }
  throw unknownFormat(output, [...usual, ...more])
}

/** Whether -o and --template ask for anything but the command's own way. */
export const hasFormat = ({
  output,
  template,
}: {
  readonly output: string
  readonly template?: string | undefined
}): boolean => output !== '' || (template ?? '') !== ''

/** For commands that say `configmap/a created`, or print the object where a format was asked for. */
export const createResultPrinter = async (
  options: PrinterOptions,
): Promise<(object: Obj, operation: string) => string> => {
  if (hasFormat(options)) {
    const print = await createPrinter(options)
    return (object) => print(object)
  }
  return (object, operation) => namePrinter(operation)(object)
}
