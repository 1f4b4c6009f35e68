import {array, bool, command} from '../definition.ts'
import {
  all,
  allowMissingTemplateKeys,
  cascade,
  dryRun,
  fieldManager,
  filename,
  force,
  gracePeriod,
  kustomize,
  output,
  record,
  recursive,
  selector,
  showManagedFields,
  subresource,
  template,
  timeout,
  validate,
  wait,
} from '../flags/common.ts'

export const flags = {
  all,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  cascade,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-client-side-apply'),
  filename,
  force,
  'force-conflicts': bool('Take over fields that others manage.'),
  'grace-period': gracePeriod,
  kustomize,
  'openapi-patch': bool('Use OpenAPI to compute the difference where it describes the type.', {default: true}),
  output,
  overwrite: bool('Replace what has another value already.', {default: true}),
  prune: bool('Delete objects that carry the labels but are in no given file. Alpha.'),
  'prune-allowlist': array('Types <group/version/kind> that --prune may delete.'),
  record,
  recursive,
  selector,
  'server-side': bool('Let the server merge (server-side apply).'),
  'show-managed-fields': showManagedFields,
  subresource,
  template,
  timeout,
  validate,
  wait,
} as const

export const definition = command({
  usage: '(-f FILENAME | -k DIRECTORY)',
  summary: 'Apply a configuration to a resource by file name or stdin',
  description: `Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet. To use 'apply', always create the resource initially with either 'apply' or 'create --save-config'.

 JSON and YAML formats are accepted.

 Alpha Disclaimer: the --prune functionality is not yet complete. Do not use unless you are aware of what the current state is. See https://issues.k8s.io/34274.`,
  examples: `  # Apply the configuration in pod.json to a pod
  kubectl apply -f ./pod.json
  
  # Apply resources from a directory containing kustomization.yaml - e.g. dir/kustomization.yaml
  kubectl apply -k dir/
  
  # Apply the JSON passed into stdin to a pod
  cat pod.json | kubectl apply -f -
  
  # Apply the configuration from all files that end with '.json'
  kubectl apply -f '*.json'
  
  # Note: --prune is still in Alpha
  # Apply the configuration in manifest.yaml that matches label app=nginx and delete all other resources that are not in the file and match label app=nginx
  kubectl apply --prune -f manifest.yaml -l app=nginx
  
  # Apply the configuration in manifest.yaml and delete all the other config maps that are not in the file
  kubectl apply --prune -f manifest.yaml --all --prune-allowlist=core/v1/ConfigMap`,
  flags,
  commands: [
    {
      name: 'edit-last-applied',
      summary: 'Edit latest last-applied-configuration annotations of a resource/object',
      load: async () => (await import('./apply/edit-last-applied.ts')).definition,
    },
    {
      name: 'set-last-applied',
      summary: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
      load: async () => (await import('./apply/set-last-applied.ts')).definition,
    },
    {
      name: 'view-last-applied',
      summary: 'View the latest last-applied-configuration annotations of a resource/object',
      load: async () => (await import('./apply/view-last-applied.ts')).definition,
    },
  ],
  run: async (invocation) => (await import('../verbs/apply.ts')).apply(invocation),
})
