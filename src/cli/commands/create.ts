import {bool, command} from '../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  output,
  raw,
  record,
  recursive,
  saveConfig,
  selector,
  showManagedFields,
  template,
  validate,
  windowsLineEndings,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  edit: bool('Edit the object before it is created.'),
  'field-manager': fieldManager('kubectl-create'),
  filename,
  kustomize,
  output,
  raw,
  record,
  recursive,
  'save-config': saveConfig,
  selector,
  'show-managed-fields': showManagedFields,
  template,
  validate,
  'windows-line-endings': windowsLineEndings,
} as const

export const definition = command({
  usage: '-f FILENAME',
  summary: 'Create a resource from a file or from stdin',
  description: `Create a resource from a file or from stdin.

 JSON and YAML formats are accepted.`,
  examples: `  # Create a pod using the data in pod.json
  kubectl create -f ./pod.json
  
  # Create a pod based on the JSON passed into stdin
  cat pod.json | kubectl create -f -
  
  # Edit the data in registry.yaml in JSON then create the resource using the edited data
  kubectl create -f registry.yaml --edit -o json`,
  flags,
  commands: [
    {
      name: 'clusterrole',
      summary: 'Create a cluster role',
      load: async () => (await import('./create/clusterrole.ts')).definition,
    },
    {
      name: 'clusterrolebinding',
      summary: 'Create a cluster role binding for a particular cluster role',
      load: async () => (await import('./create/clusterrolebinding.ts')).definition,
    },
    {
      name: 'configmap',
      aliases: ['cm'],
      summary: 'Create a config map from a local file, directory or literal value',
      load: async () => (await import('./create/configmap.ts')).definition,
    },
    {
      name: 'cronjob',
      aliases: ['cj'],
      summary: 'Create a cron job with the specified name',
      load: async () => (await import('./create/cronjob.ts')).definition,
    },
    {
      name: 'deployment',
      aliases: ['deploy'],
      summary: 'Create a deployment with the specified name',
      load: async () => (await import('./create/deployment.ts')).definition,
    },
    {
      name: 'ingress',
      aliases: ['ing'],
      summary: 'Create an ingress with the specified name',
      load: async () => (await import('./create/ingress.ts')).definition,
    },
    {
      name: 'job',
      summary: 'Create a job with the specified name',
      load: async () => (await import('./create/job.ts')).definition,
    },
    {
      name: 'namespace',
      aliases: ['ns'],
      summary: 'Create a namespace with the specified name',
      load: async () => (await import('./create/namespace.ts')).definition,
    },
    {
      name: 'poddisruptionbudget',
      aliases: ['pdb'],
      summary: 'Create a pod disruption budget with the specified name',
      load: async () => (await import('./create/poddisruptionbudget.ts')).definition,
    },
    {
      name: 'priorityclass',
      aliases: ['pc'],
      summary: 'Create a priority class with the specified name',
      load: async () => (await import('./create/priorityclass.ts')).definition,
    },
    {
      name: 'quota',
      aliases: ['resourcequota'],
      summary: 'Create a quota with the specified name',
      load: async () => (await import('./create/quota.ts')).definition,
    },
    {
      name: 'role',
      summary: 'Create a role with single rule',
      load: async () => (await import('./create/role.ts')).definition,
    },
    {
      name: 'rolebinding',
      summary: 'Create a role binding for a particular role or cluster role',
      load: async () => (await import('./create/rolebinding.ts')).definition,
    },
    {
      name: 'secret',
      summary: 'Create a secret using a specified subcommand',
      load: async () => (await import('./create/secret.ts')).definition,
    },
    {
      name: 'service',
      aliases: ['svc'],
      summary: 'Create a service using a specified subcommand',
      load: async () => (await import('./create/service.ts')).definition,
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      summary: 'Create a service account with the specified name',
      load: async () => (await import('./create/serviceaccount.ts')).definition,
    },
    {
      name: 'token',
      summary: 'Request a service account token',
      load: async () => (await import('./create/token.ts')).definition,
    },
  ],
  run: async (invocation) => (await import('../verbs/create.ts')).create(invocation),
})
