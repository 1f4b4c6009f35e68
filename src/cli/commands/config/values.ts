import {bool, command, string} from '../../definition.ts'
import {allowMissingTemplateKeys, showManagedFields, template} from '../../flags/common.ts'

export const setFlags = {
  'set-raw-bytes': bool('Take the value of a data field as it is, where base64 is expected.'),
} as const

export const set = command({
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  summary: 'Set an individual value in a kubeconfig file',
  description:
    'Set an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a path with dots, such as clusters.NAME.server; fields with data take base64.',
  flags: setFlags,
  run: async (invocation) => (await import('../../verbs/config/values.ts')).set(invocation),
})

export const unset = command({
  usage: 'PROPERTY_NAME',
  summary: 'Unset an individual value in a kubeconfig file',
  flags: {},
  run: async (invocation) => (await import('../../verbs/config/values.ts')).unset(invocation),
})

export const viewFlags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  flatten: bool('Put the content of files into the output, so that it stands alone.'),
  merge: bool('Merge all files.', {default: true, withoutValue: 'true'}),
  minify: bool('Leave out everything the current context does not use.'),
  output: string(
    'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
    {short: 'o', default: 'yaml'},
  ),
  raw: bool('Show secrets as they are.'),
  'show-managed-fields': showManagedFields,
  template,
} as const

export const view = command({
  usage: '[flags]',
  summary: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: viewFlags,
  run: async (invocation) => (await import('../../verbs/config/view.ts')).view(invocation),
})
