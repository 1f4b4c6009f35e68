// The order of groups and commands in kubectl's own help; whatever else there is follows, or stands in front for mini.
const groups = [
  'Cluster Commands',
  'Beyond kubectl',
  'Basic Commands (Beginner)',
  'Basic Commands (Intermediate)',
  'Deploy Commands',
  'Cluster Management Commands',
  'Troubleshooting and Debugging Commands',
  'Advanced Commands',
  'Settings Commands',
  'Subcommands provided by plugins',
  'Other Commands',
]

const names =
  'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion api-resources api-versions config kuberc plugin version'.split(
    ' ',
  )

const rank = (list: readonly string[], item: string): number => {
  const at = list.indexOf(item)
  return at < 0 ? list.length : at
}

export const byCommandOrder = (
  one: {readonly name: string; readonly group?: string},
  other: {readonly name: string; readonly group?: string},
): number =>
  rank(groups, one.group ?? '') - rank(groups, other.group ?? '') || rank(names, one.name) - rank(names, other.name)
