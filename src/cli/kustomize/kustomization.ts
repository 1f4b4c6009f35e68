// The file of a kustomization: which fields there are, and which are out of date.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Io} from '../io.ts'
import {isMap, type Obj} from '../objects.ts'
import {readYaml, YamlError} from '../yaml/read.ts'
import {writeYaml} from '../yaml/write.ts'

export interface Target {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly labelSelector?: string
  readonly annotationSelector?: string
}
export interface PatchSpec {
  readonly path?: string
  readonly patch?: string
  readonly target?: Target
  readonly options?: Readonly<Record<string, boolean>>
}
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly disableNameSuffixHash?: boolean
  readonly immutable?: boolean
}
export interface Generator {
  readonly name: string
  readonly namespace?: string
  readonly behavior?: string
  readonly type?: string
  readonly files?: readonly string[]
  readonly literals?: readonly string[]
  readonly envs?: readonly string[]
  readonly env?: string
  readonly options?: GeneratorOptions
}
export interface FieldSpec {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  readonly path: string
  readonly create?: boolean
}
export interface LabelSpec {
  readonly pairs?: Readonly<Record<string, string>>
  readonly includeSelectors?: boolean
  readonly includeTemplates?: boolean
  readonly fields?: readonly FieldSpec[]
}
export interface ImageSpec {
  readonly name: string
  readonly newName?: string
  readonly newTag?: string | number
  readonly tagSuffix?: string
  readonly digest?: string
}
export interface ReplacementTarget {
  readonly select: Target
  readonly reject?: readonly Target[]
  readonly fieldPaths?: readonly string[]
  readonly options?: {readonly delimiter?: string; readonly index?: number; readonly create?: boolean}
}
export interface Replacement {
  readonly path?: string
  readonly source?: Target & {
    readonly fieldPath?: string
    readonly options?: {readonly delimiter?: string; readonly index?: number}
  }
  readonly sourceValue?: string
  readonly targets?: readonly ReplacementTarget[]
}
export interface Kustomization {
  readonly kind?: string
  readonly resources?: readonly string[]
  readonly bases?: readonly string[]
  readonly components?: readonly string[]
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly labels?: readonly LabelSpec[]
  readonly commonLabels?: Readonly<Record<string, string>>
  readonly commonAnnotations?: Readonly<Record<string, string>>
  readonly images?: readonly ImageSpec[]
  readonly replicas?: readonly {readonly name: string; readonly count: number}[]
  readonly patches?: readonly PatchSpec[]
  readonly patchesStrategicMerge?: readonly string[]
  readonly patchesJson6902?: readonly PatchSpec[]
  readonly configMapGenerator?: readonly Generator[]
  readonly secretGenerator?: readonly Generator[]
  readonly generatorOptions?: GeneratorOptions
  readonly replacements?: readonly Replacement[]
  readonly generators?: readonly string[]
  readonly transformers?: readonly string[]
  readonly validators?: readonly string[]
  readonly configurations?: readonly string[]
  readonly crds?: readonly string[]
  readonly vars?: readonly unknown[]
  readonly sortOptions?: {
    readonly order?: string
    readonly legacySortOptions?: {readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[]}
  }
  readonly openapi?: {readonly path?: string; readonly version?: string}
  readonly buildMetadata?: readonly string[]
}

const known = new Set(
  'apiVersion kind metadata resources bases components namePrefix nameSuffix namespace labels commonLabels commonAnnotations images imageTags replicas patches patchesStrategicMerge patchesJson6902 configMapGenerator secretGenerator generatorOptions replacements vars sortOptions buildMetadata openapi crds configurations generators transformers validators helmCharts helmGlobals helmChartInflationGenerator'.split(
    ' ',
  ),
)

const replacedBy: Readonly<Record<string, string>> = {
  bases: 'resources',
  commonLabels: 'labels',
  imageTags: 'images',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
}

const refused: Readonly<Record<string, string>> = {
  vars: "'vars' are not supported: use 'replacements'",
}

/** Charts are rendered by another program, which is off unless it is asked for. */
const refuseHelm = ({helmCharts, helmChartInflationGenerator}: Obj): void => {
  const [chart] = Array.isArray(helmCharts) ? helmCharts : []
  const [old] = Array.isArray(helmChartInflationGenerator) ? helmChartInflationGenerator : []
  const {chartName, chartRepoUrl, chartVersion, ...rest} = isMap(old) ? old : {}
  const renamed = {name: chartName, repo: chartRepoUrl, version: chartVersion, ...rest}
  const asked = chart ?? (old ? Object.fromEntries(Object.entries(renamed).filter(([, value]) => value)) : undefined)
  if (isMap(asked)) throw troubleWith('HelmChartInflationGenerator', asked, 'must specify --enable-helm')
}

/** What kustomize says of a step that cannot be set up. */
export const troubleWith = (plugin: string, config: Obj, why: string): Error =>
  new Error(`trouble configuring builtin ${plugin} with config: \`\n${writeYaml(config)}\`: ${why}`)

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0)

export const isKustomizationFolder = (folder: string): boolean =>
  fileNames.some((name) => existsSync(join(folder, name)))

const parsed = (text: string): unknown => {
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new Error(`invalid Kustomization: ${error.message}`, {cause: error})
  }
}

export const readKustomization = (folder: string, io: Io): Kustomization => {
  const found = fileNames.filter((name) => existsSync(join(folder, name)))
  const [file] = found
  if (file === undefined)
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
    )
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${folder}\n`)
  const content = parsed(readFileSync(join(folder, file), 'utf8'))
  if (content === null || content === undefined) throw new Error('kustomization.yaml is empty')
  if (!isMap(content))
    throw new Error('invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization')
  for (const field of Object.keys(content))
    if (!known.has(field)) throw new Error(`invalid Kustomization: json: unknown field ${JSON.stringify(field)}`)
  checkType(content, folder)
  warn(content, io)
  refuseHelm(content)
  for (const [field, why] of Object.entries(refused))
    if (field in content && !isEmpty(content[field])) throw new Error(why)
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null)) as Kustomization
}

const checkType = ({apiVersion, kind = 'Kustomization'}: Obj, folder: string): void => {
  const wanted = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`
  const wrong = [
    ...(kind === 'Kustomization' || kind === 'Component' ? [] : ['kind should be Kustomization or Component']),
    ...(apiVersion === undefined || apiVersion === wanted ? [] : [`apiVersion for ${kind} should be ${wanted}`]),
  ]
  if (wrong.length > 0) throw new Error(`Failed to read kustomization file under ${folder}:\n${wrong.join('\n')}`)
}

const warn = (content: Obj, io: Io): void => {
  for (const [field, instead] of Object.entries(replacedBy))
    if (field in content && !isEmpty(content[field]))
      io.err(
        `# Warning: '${field}' is deprecated. Please use '${instead}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      )
}
