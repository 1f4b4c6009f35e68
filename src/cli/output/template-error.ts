// What kubectl prints when a template fails on an object: the details on stdout, the error as an error.
import {formatValue} from '../go/format.ts'
import type {Io} from '../io.ts'
import {compactJson} from './json.ts'

export const goExecutionError = (
  error: unknown,
  engine: 'template' | 'jsonpath',
  template: string,
  object: unknown,
  io: Io,
): Error => {
  if (!(error instanceof Error)) return new Error(String(error))
  if (engine === 'jsonpath')
    return new Error(
      `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
      {cause: error},
    )
  io.out(
    `Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${compactJson(object)}\n\tobject given to template engine was:\n\t\t${formatValue(object)}\n\n`,
  )
  return new Error(`error executing template ${JSON.stringify(template)}: ${error.message}`, {cause: error})
}

/** Go's %#v of decoded JSON. */
const goSyntax = (value: unknown): string => {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value !== 'object') return String(value)
  return `map[string]interface {}{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax((value as Record<string, unknown>)[key])}`)
    .join(', ')}}`
}
