// The template of a workload's pods.
import type {PodSpec, PodTemplateSpec, Toleration, TopologySpreadConstraint} from '../../api/schema/types.gen.ts'
import {selectorText, writeAnnotations, writeLabels} from './common.ts'
import {writeContainers} from './containers.ts'
import type {Page} from './page.ts'
import {writeVolumes} from './volumes.ts'

const tolerationText = ({key = '', value, effect, operator, tolerationSeconds}: Toleration): string => {
  const head = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`
  const exists = operator === 'Exists' && !value ? `${key || effect ? ' ' : ''}op=Exists` : ''
  const seconds = tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`
  return `${head}${exists}${seconds}`
}

const spreadText = ({
  topologyKey,
  whenUnsatisfiable,
  maxSkew,
  labelSelector,
  minDomains,
  nodeAffinityPolicy,
  nodeTaintsPolicy,
}: TopologySpreadConstraint): string =>
  [
    `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded`,
    ...(minDomains === undefined ? [] : [`(min domains ${minDomains})`]),
    ...(nodeAffinityPolicy ? [`(NodeAffinityPolicy=${nodeAffinityPolicy})`] : []),
    ...(nodeTaintsPolicy ? [`(NodeTaintsPolicy=${nodeTaintsPolicy})`] : []),
    ...(labelSelector ? [`for selector ${selectorText(labelSelector)}`] : []),
  ].join(' ')

const writeList = (page: Page, title: string, lines: readonly string[], space: string): void => {
  lines.forEach((line, at) => {
    page.line(0, at === 0 ? `${space}${title}:` : space, line)
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Selectors, tolerations and spread: what a pod says about where it runs. */
export const writePlacement = (page: Page, spec: PodSpec, space: string): void => {
  const selectors = Object.entries(spec.nodeSelector ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => `${key}=${value}`)
  writeList(page, 'Node-Selectors', selectors.length > 0 ? selectors : ['<none>'], space)
  const tolerations = [...(spec.tolerations ?? [])]
    .sort((a, b) => compareText(a.key ?? '', b.key ?? ''))
    .map(tolerationText)
  writeList(page, 'Tolerations', tolerations.length > 0 ? tolerations : ['<none>'], space)
  if (!spec.topologySpreadConstraints?.length) return
  const lines = [...spec.topologySpreadConstraints]
    .sort((a, b) => compareText(a.topologyKey, b.topologyKey))
    .map(spreadText)
  writeList(page, 'Topology Spread Constraints', lines, space)
}

export const writePodTemplate = (page: Page, template: PodTemplateSpec | undefined): void => {
  page.line(0, 'Pod Template:')
  if (!template) {
    page.line(1, '<unset>')
    return
  }
  writeLabels(page, '  Labels', template.metadata?.labels)
  if (Object.keys(template.metadata?.annotations ?? {}).length > 0)
    writeAnnotations(page, template.metadata?.annotations, 0, '  Annotations')
  const {spec} = template
  if (!spec) return
  if (spec.serviceAccountName) page.line(0, '  Service Account:', spec.serviceAccountName)
  if (spec.initContainers?.length)
    writeContainers(page, {title: 'Init Containers', containers: spec.initContainers, space: '  '})
  writeContainers(page, {title: 'Containers', containers: spec.containers, space: '  '})
  writeVolumes(page, spec.volumes, '  ')
  if (spec.topologySpreadConstraints?.length)
    writeList(page, 'Topology Spread Constraints', spec.topologySpreadConstraints.map(spreadText), '  ')
  if (spec.priorityClassName) page.line(0, '  Priority Class Name:', spec.priorityClassName)
  writePlacement(page, {...spec, topologySpreadConstraints: undefined}, '  ')
}
