// Reads the API's types out of @kubernetes/client-node: names and types of fields from its classes, what is required
// and the documentation from its declarations.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

export interface ModelField {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly required: boolean
  readonly description: string
}

export interface Model {
  readonly name: string
  readonly description: string
  readonly fields: readonly ModelField[]
}

interface Attribute {
  readonly name: string
  readonly baseName: string
  readonly type: string
  readonly format: string
}

const modelsFolder = (): string =>
  fileURLToPath(new URL('./gen/models/', import.meta.resolve('@kubernetes/client-node')))

const unescapeDoc = (doc: string): string =>
  doc
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
    .replace(/\\(['"])/g, '$1')

const declarations = (
  text: string,
): {description: string; fields: Map<string, {required: boolean; description: string}>} => {
  const fields = new Map<string, {required: boolean; description: string}>()
  for (const match of text.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {4}'([^']+)'(\?)?:/gm))
    fields.set(match[2] ?? '', {required: match[3] === undefined, description: unescapeDoc(match[1] ?? '')})
  const head = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(text)
  return {description: unescapeDoc(head?.[1] ?? ''), fields}
}

export const readModels = async (): Promise<Model[]> => {
  const folder = modelsFolder()
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.d.ts') && file !== 'all.d.ts' && file !== 'ObjectSerializer.d.ts')
    .map((file) => file.slice(0, -'.d.ts'.length))
    .sort()
  return Promise.all(
    names.map(async (name): Promise<Model> => {
      const declared = declarations(readFileSync(join(folder, `${name}.d.ts`), 'utf8'))
      const module = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Record<
        string,
        {attributeTypeMap: Attribute[]}
      >
      const fields = (module[name]?.attributeTypeMap ?? []).map(
        (attribute): ModelField => ({
          name: attribute.baseName,
          type: attribute.type,
          format: attribute.format,
          required: declared.fields.get(attribute.name)?.required ?? false,
          description: declared.fields.get(attribute.name)?.description ?? '',
        }),
      )
      return {name, description: declared.description, fields}
    }),
  )
}
