// kubectl's commands in the order its help lists them, each with its heading.
import type {CommandEntry} from '../definition.ts'

const headings: Readonly<Record<string, string>> = {
  'Basic Commands (Beginner)': 'create expose run set',
  'Basic Commands (Intermediate)': 'explain get edit delete',
  'Deploy Commands': 'rollout scale autoscale',
  'Cluster Management Commands': 'certificate cluster-info top cordon uncordon drain taint',
  'Troubleshooting and Debugging Commands': 'describe logs attach exec port-forward proxy cp auth debug events',
  'Advanced Commands': 'diff apply patch replace wait kustomize',
  'Settings Commands': 'label annotate completion',
  'Other Commands': 'api-resources api-versions config kuberc plugin version',
}

const order = Object.values(headings).flatMap((names) => names.split(' '))

const groupOf = (name: string): string | undefined =>
  Object.entries(headings).find(([, names]) => names.split(' ').includes(name))?.[0]

const rank = (name: string): number => {
  const at = order.indexOf(name)
  return at < 0 ? order.length : at
}

export const inOrder = (entries: readonly CommandEntry[]): CommandEntry[] =>
  entries
    .map((entry) => {
      const group = groupOf(entry.name) ?? entry.group
      return group === undefined ? entry : {...entry, group}
    })
    .toSorted((one, other) => rank(one.name) - rank(other.name))
