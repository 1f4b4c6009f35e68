// buildMetadata: where each object came from and what it went through, as annotations; who manages it, as a label.
import {relative} from 'node:path'
import {ensureMap} from '../objects.ts'
import {writeYaml} from '../yaml/write.ts'
import type {Item} from './item.ts'

/** The kustomize inside of kubectl 1.36. */
const MANAGER = 'kustomize-v5.7.1'

/** kustomize keeps this order of the fields. */
const stepText = (kind: string, folder: string, root: string): string =>
  [
    `configuredIn: ${relative(root, `${folder}/kustomization.yaml`)}`,
    'configuredBy:',
    '  apiVersion: builtin',
    `  kind: ${kind}`,
    '',
  ].join('\n')

const originText = ({origin: {file, repository, generator}}: Item, root: string): string => {
  if (generator) return stepText(generator.kind, generator.folder, root)
  if (file === undefined) return ''
  return writeYaml({path: relative(root, file), ...(repository ? {repo: repository.url, ref: repository.ref} : {})})
}

const asItem = (text: string): string => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`

export const addBuildMetadata = (root: string, wanted: readonly string[], items: readonly Item[]): void => {
  for (const item of items) {
    if (wanted.includes('managedByLabel'))
      ensureMap(item.object, 'metadata', 'labels')['app.kubernetes.io/managed-by'] = MANAGER
    const annotate = (name: string, text: string): void => {
      if (text !== '') ensureMap(item.object, 'metadata', 'annotations')[name] = text
    }
    if (wanted.includes('originAnnotations')) annotate('config.kubernetes.io/origin', originText(item, root))
    if (wanted.includes('transformerAnnotations'))
      annotate(
        'alpha.config.kubernetes.io/transformations',
        item.transformations.map(({kind, folder}) => asItem(stepText(kind, folder, root))).join(''),
      )
  }
}
