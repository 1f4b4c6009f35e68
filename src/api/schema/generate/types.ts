// Writes types.gen.ts: one TypeScript interface a Kubernetes type, in the words of the API (timestamps are strings).
import type {Model} from './models.ts'

const scalar: Record<string, string> = {
  Date: 'string',
  V1MicroTime: 'string',
  any: 'unknown',
  IntOrString: 'number | string',
}

/** `V1Pod` is `Pod` here; types of other versions keep the version in their name (`V2HorizontalPodAutoscaler`). */
export const typeName = (model: string): string => model.replace(/V1(?=[A-Z])/, '')

const typeScript = (type: string): string => {
  const list = /^Array<(.+)>$/.exec(type)?.[1]
  if (list) return `${typeScript(list)}[]`
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
  if (map) return `{[key: string]: ${typeScript(map)}}`
  return scalar[type] ?? typeName(type)
}

export const renderTypes = (models: readonly Model[]): string =>
  [
    '// Generated from @kubernetes/client-node by `npm run generate`. Do not edit.',
    ...models.map((model) =>
      [
        `export interface ${typeName(model.name)} {`,
        ...model.fields.map(
          (field) =>
            `  ${JSON.stringify(field.name)}${field.required ? '' : '?'}: ${typeScript(field.type)}${field.required ? '' : ' | undefined'}`,
        ),
        '}',
      ].join('\n'),
    ),
    '',
  ].join('\n')
