// Flags that several commands share.
import {array, bool, duration, int, list, string} from '../definition.ts'

export const all = bool('Select all resources of the given types.')
export const allNamespaces = bool('Work on the objects of all namespaces; --namespace is ignored.', {short: 'A'})
export const allowMissingTemplateKeys = bool(
  'Treat a field or key that is missing as empty in templates. Only for go-template and jsonpath output.',
  {default: true},
)
export const appendHash = bool('Append a hash of the content to the name.')
export const cascade = string('What happens to dependents: "background", "orphan" or "foreground".', {
  default: 'background',
  withoutValue: 'background',
})
export const chunkSize = int('Read long lists in pieces of this length; 0: in one piece.', {default: 500})
export const container = string(
  'Container; default: the one of the annotation kubectl.kubernetes.io/default-container, or the first.',
  {short: 'c'},
)
export const dryRun = string(
  'Must be "none", "server" or "client". client: print what would be sent; server: the server checks the request but keeps nothing.',
  {default: 'none', withoutValue: 'unchanged'},
)
export const fieldSelector = string(
  "Select by fields, with '=', '==' and '!=' and commas. The server knows only a few fields of each type.",
)
export const filename = list('File, folder or URL that names the resources.', {short: 'f'})
export const force = bool('Do it although something speaks against it.')
export const fromFile = list('File whose content becomes a key, as [key=]path; or a folder of files.')
export const gracePeriod = int('Seconds a resource has to end in good order; negative: its own default; 1: at once.', {
  default: -1,
})
export const group = array('Group to bind; may be repeated.')
export const image = string('Image of the container.')
export const kustomize = string('Process the kustomization in this folder. Cannot be used together with -f or -R.', {
  short: 'k',
})
export const showList = bool('Show what there is.')
export const local = bool('Work on the files alone; no server is asked.')
export const name = string('Name of the new object.')
export const noHeaders = bool('Do not print headers.')
export const overwrite = bool('Replace what has another value already.')
export const podRunningTimeout = duration('How long to wait until a pod runs.', {default: 60_000})
export const quiet = bool('Say less.', {short: 'q'})
export const raw = string('Path of the server to work on.')
export const record = bool('Keep the command in an annotation of what it changes.', {
  hidden: true,
  deprecated: '--record will be removed in the future',
})
export const recursive = bool('Process the folder of -f, --filename with all folders in it.', {short: 'R'})
export const resourceVersion = string('Only when the object has this version now.')
export const saveConfig = bool("Keep the object's configuration in an annotation, for a later 'apply'.")
export const selector = string("Select by labels, with '=', '==', '!=', 'in', 'notin' and commas.", {short: 'l'})
export const serviceaccount = array('Service account to bind, as namespace:name; may be repeated.')
export const showManagedFields = bool('Keep managedFields in JSON and YAML output.')
export const sortBy = string('Sort by this field, given as a JSONPath expression.')
export const stdin = bool('Keep stdin open and pass it on.', {short: 'i'})
export const subresource = string('Work on this subresource.')
export const tcp = list('Port as <port>:<targetPort>; may be repeated.')
export const template = string(
  "Template or file of one for -o=go-template and -o=go-template-file, in Go's template language.",
)
export const timeout = duration('How long to wait before giving up; 0: see the command.')
export const tty = bool('Give the container a terminal.', {short: 't'})
export const user = array('User.')
export const validate = string(
  'Must be one of: strict (or true), warn, ignore (or false): what happens when a field is unknown or given twice.',
  {default: 'strict', withoutValue: 'strict'},
)
export const wait = bool('Wait until the resources are gone.')
export const windowsLineEndings = bool('Write CRLF line ends.')
export const output = string(
  'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
  {short: 'o'},
)
export const fieldManager = (name: string) => string('Name under which ownership of fields is kept.', {default: name})
