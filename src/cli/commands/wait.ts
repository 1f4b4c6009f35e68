import {array, bool, command, duration} from '../definition.ts'
import {
  all,
  allNamespaces,
  allowMissingTemplateKeys,
  fieldSelector,
  filename,
  local,
  output,
  selector,
  showManagedFields,
  template,
} from '../flags/common.ts'

export const flags = {
  all,
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'field-selector': fieldSelector,
  filename,
  for: array(
    "What to wait for: create, delete, condition=NAME[=VALUE] (the value is 'true' unless given) or jsonpath='{EXPRESSION}'[=VALUE]; may be repeated.",
    {shownDefault: '[]'},
  ),
  local,
  output,
  recursive: bool('Process the folder of -f, --filename with all folders in it.', {short: 'R', default: true}),
  selector,
  'show-managed-fields': showManagedFields,
  template,
  timeout: duration('How long to wait; 0: look once; negative: a week.', {default: 30_000}),
} as const

export const definition = command({
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  summary: 'Wait for a specific condition on one or many resources',
  description:
    'Wait for a specific condition on one or many resources.\n\n The command watches the resources until the condition holds for each of them, or until they are deleted or created with --for=delete and --for=create.',
  examples: `# Wait until a pod is ready
kubectl wait --for=condition=Ready pod/web

# Wait until a field has a value
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web

# Wait until a pod is gone, one minute at most
kubectl wait --for=delete pod/web --timeout=60s`,
  flags,
  run: async (invocation) => (await import('../verbs/wait.ts')).waitVerb(invocation),
})
