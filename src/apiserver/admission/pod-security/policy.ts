// What a namespace's labels ask of its pods.
import type {DeepReadonly, KubeObject} from '../../../api/object.ts'
import {checks, type Failure, type PodToCheck, replacedByRestricted} from './checks.ts'

export type Level = 'privileged' | 'baseline' | 'restricted'
export type Mode = 'enforce' | 'audit' | 'warn'

export const prefix = 'pod-security.kubernetes.io/'
export const modes: readonly Mode[] = ['enforce', 'audit', 'warn']
const levels: readonly string[] = ['privileged', 'baseline', 'restricted']

export interface Policy {
  readonly level: Level
  /** `latest` or `v1.30`. */
  readonly version: string
}

export interface LabelProblem {
  readonly label: string
  readonly value: string
  readonly text: string
}

type Labels = Readonly<Record<string, string>> | undefined

const isVersion = (version: string): boolean => version === 'latest' || /^v1\.(0|[1-9]\d*)$/.test(version)

export const policyOf = (labels: Labels, mode: Mode): Policy => {
  const level = labels?.[`${prefix}${mode}`]
  const version = labels?.[`${prefix}${mode}-version`] ?? 'latest'
  if (level === undefined) return {level: 'privileged', version: 'latest'}
  // A label nobody understands asks for everything when enforcing, and for nothing otherwise.
  const fallback = mode === 'enforce' ? 'restricted' : 'privileged'
  return {
    level: levels.includes(level) ? (level as Level) : fallback,
    version: isVersion(version) ? version : 'latest',
  }
}

export const labelProblems = (labels: Labels): LabelProblem[] =>
  modes.flatMap((mode) => {
    const [label, versionLabel] = [`${prefix}${mode}`, `${prefix}${mode}-version`]
    const [level, version] = [labels?.[label], labels?.[versionLabel]]
    return [
      ...(level !== undefined && !levels.includes(level)
        ? [{label, value: level, text: 'must be one of privileged, baseline, restricted'}]
        : []),
      ...(version !== undefined && !isVersion(version)
        ? [{label: versionLabel, value: version, text: 'must be "latest" or "v1.x"'}]
        : []),
    ]
  })

export const policyText = ({level, version}: Policy): string => JSON.stringify(`${level}:${version}`)

export const failuresOf = ({level, version}: Policy, pod: PodToCheck): Failure[] => {
  if (level === 'privileged') return []
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length))
  return checks
    .filter(({since, until}) => minor >= since && (until === undefined || minor < until))
    .filter((check) => level === 'restricted' || check.level === 'baseline')
    .filter(({run, level: own}) => level === 'baseline' || own === 'restricted' || !replacedByRestricted.has(run))
    .flatMap(({run}) => run(pod) ?? [])
}

export const detailed = (failures: readonly Failure[]): string =>
  failures.map(({reason, detail}) => `${reason} (${detail})`).join(', ')

export const brief = (failures: readonly Failure[]): string => failures.map(({reason}) => reason).join(', ')

export const labelsOf = (namespace: DeepReadonly<KubeObject> | undefined): Labels => namespace?.metadata?.labels
