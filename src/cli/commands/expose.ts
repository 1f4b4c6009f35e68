import {command, string} from '../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  filename,
  kustomize,
  name,
  output,
  record,
  recursive,
  saveConfig,
  showManagedFields,
  template,
} from '../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'cluster-ip': string("Cluster IP of the service; empty: allocate one; 'None': a headless service."),
  'dry-run': dryRun,
  'external-ip': string('Another external IP of the service.'),
  'field-manager': fieldManager('kubectl-expose'),
  filename,
  kustomize,
  labels: string('Labels to set, with commas.', {short: 'l'}),
  'load-balancer-ip': string('IP for the load balancer; empty: any.'),
  name,
  output,
  'override-type': string('How --overrides are merged: json, merge or strategic.', {default: 'merge'}),
  overrides: string('JSON that overrides parts of the generated object.'),
  port: string('Port the container or service has.'),
  protocol: string('Network protocol of the service: TCP, UDP or SCTP.'),
  record,
  recursive,
  'save-config': saveConfig,
  selector: string("Select by labels, with '=', '==', '!=', 'in', 'notin' and commas."),
  'session-affinity': string("Session affinity of the service: 'None' or 'ClientIP'."),
  'show-managed-fields': showManagedFields,
  'target-port': string("Name or number of the container's port the service sends to."),
  template,
  type: string('Type of it.'),
} as const

export const definition = command({
  usage:
    '(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  summary: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  flags,
  run: async (invocation) => (await import('../verbs/expose.ts')).expose(invocation),
})
