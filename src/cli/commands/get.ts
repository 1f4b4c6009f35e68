import {bool, command, list, string} from '../definition.ts'
import {
  allNamespaces,
  allowMissingTemplateKeys,
  chunkSize,
  fieldSelector,
  filename,
  kustomize,
  noHeaders,
  raw,
  recursive,
  selector,
  showManagedFields,
  sortBy,
  subresource,
  template,
} from '../flags/common.ts'

export const flags = {
  'all-namespaces': allNamespaces,
  'allow-missing-template-keys': allowMissingTemplateKeys,
  at: string('Show the object as it was: a revision, a time or an age such as 5m. Only on a cluster of mini.', {
    hidden: true,
  }),
  'chunk-size': chunkSize,
  'field-selector': fieldSelector,
  filename,
  'ignore-not-found': bool('Resources that do not exist are no error.'),
  kustomize,
  'label-columns': list('Labels to show as columns, with commas or repeated.', {short: 'L'}),
  'no-headers': noHeaders,
  output: string(
    'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).',
    {short: 'o'},
  ),
  'output-watch-events': bool('Print the kind of every event of a watch.'),
  raw,
  recursive,
  selector,
  'server-print': bool('Let the server make the table.', {default: true}),
  'show-kind': bool('Show the type before every name.'),
  'show-labels': bool('Show all labels in the last column.'),
  'show-managed-fields': showManagedFields,
  'sort-by': sortBy,
  subresource,
  template,
  watch: bool('Go on and print changes.', {short: 'w'}),
  'watch-only': bool('Print changes only.'),
} as const

export const definition = command({
  usage:
    '[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  summary: 'Display one or many resources',
  description: `Display one or many resources.

 Prints a table of the most important information about the specified resources. You can filter the list using a label selector and the --selector flag. If the desired resource type is namespaced you will only see results in the current namespace if you don't specify any namespace.

 By specifying the output as 'template' and providing a Go template as the value of the --template flag, you can filter the attributes of the fetched resources.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `  # List all pods in ps output format
  kubectl get pods
  
  # List all pods in ps output format with more information (such as node name)
  kubectl get pods -o wide
  
  # List a single replication controller with specified NAME in ps output format
  kubectl get replicationcontroller web
  
  # List deployments in JSON output format, in the "v1" version of the "apps" API group
  kubectl get deployments.v1.apps -o json
  
  # List a single pod in JSON output format
  kubectl get -o json pod web-pod-13je7
  
  # List a pod identified by type and name specified in "pod.yaml" in JSON output format
  kubectl get -f pod.yaml -o json
  
  # List resources from a directory with kustomization.yaml - e.g. dir/kustomization.yaml
  kubectl get -k dir/
  
  # Return only the phase value of the specified pod
  kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}
  
  # List resource information in custom columns
  kubectl get pod test-pod -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image
  
  # List all replication controllers and services together in ps output format
  kubectl get rc,services
  
  # List one or more resources by their type and names
  kubectl get rc/web service/frontend pods/web-pod-13je7
  
  # List the 'status' subresource for a single pod
  kubectl get pod web-pod-13je7 --subresource status
  
  # List all deployments in namespace 'backend'
  kubectl get deployments.apps --namespace backend
  
  # List all pods existing in all namespaces
  kubectl get pods --all-namespaces`,
  flags,
  run: async (invocation) => (await import('../verbs/get.ts')).get(invocation),
})
