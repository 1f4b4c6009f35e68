import {command, duration, list, string} from '../../definition.ts'
import {allNamespaces, allowMissingTemplateKeys, showManagedFields, template} from '../../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  namespaces: list('Namespaces to dump, with commas.'),
  output: string('Output format.', {short: 'o', default: 'json'}),
  'output-directory': string("Folder for the files; '-' or nothing: print all."),
  'pod-running-timeout': duration('How long to wait until a pod runs.', {default: 20_000}),
  'show-managed-fields': showManagedFields,
  template,
} as const

export const definition = command({
  usage: '[flags]',
  summary: 'Dump relevant information for debugging and diagnosis',
  description:
    'Dump cluster information out suitable for debugging and diagnosing cluster problems: nodes, and the workloads, events and logs of namespaces.',
  flags,
  run: async (invocation) => (await import('../../verbs/cluster-info-dump.ts')).dump(invocation),
})
