// The paths of a group and version: which operations a resource has, what they take and which kind they speak. Enough
// for clients that generate code, and for kubectl, which looks here for what a server can do.
import type {Kind} from '../kind.ts'
import {pathOf} from '../resource.ts'
import {type Dialect, refTo} from './schemas.ts'

type Json = Record<string, unknown>
type Gvk = {readonly group: string; readonly version: string; readonly kind: string}

const parameter = (dialect: Dialect, name: string, type: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  ...(dialect === 3 ? {schema: {type, uniqueItems: true}} : {type, uniqueItems: true}),
})

const texts = {
  pretty:
    "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a browser or command-line HTTP tool (curl and wget).",
  dryRun:
    'When present, indicates that modifications should not be persisted. An invalid or unrecognized dryRun directive will result in an error response and no further processing of the request. Valid values are: - All: all dry run stages will be processed',
  fieldManager:
    'fieldManager is a name associated with the actor or entity that is making these changes. The value must be less than or 128 characters long, and only contain printable characters, as defined by https://golang.org/pkg/unicode/#IsPrint.',
  fieldValidation:
    'fieldValidation instructs the server on how to handle objects in the request (POST/PUT/PATCH) containing unknown or duplicate fields. Valid values are: - Ignore: This will ignore any unknown fields that are silently dropped from the object, and will ignore all but the last duplicate field that the decoder encounters. This is the default behavior prior to v1.23. - Warn: This will send a warning via the standard warning response header for each unknown field that is dropped from the object, and for each duplicate field that is encountered. The request will still succeed if there are no other errors, and will only persist the last of any duplicate fields. This is the default in v1.23+ - Strict: This will fail the request with a BadRequest error if any unknown fields would be dropped from the object, or if any duplicate fields are present. The error returned from the server will contain all unknown and duplicate fields encountered.',
  force:
    'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people. Force flag must be unset for non-apply patch requests.',
  labelSelector: 'A selector to restrict the list of returned objects by their labels. Defaults to everything.',
  fieldSelector: 'A selector to restrict the list of returned objects by their fields. Defaults to everything.',
  limit: 'limit is a maximum number of responses to return for a list call.',
  continue: 'The continue option should be set when retrieving more results from the server.',
  resourceVersion: 'resourceVersion sets a constraint on what resource versions a request may be served from.',
  resourceVersionMatch: 'resourceVersionMatch determines how resourceVersion is applied to list calls.',
  sendInitialEvents: '`sendInitialEvents=true` may be set together with `watch=true`.',
  timeoutSeconds: 'Timeout for the list/watch call.',
  watch:
    'Watch for changes to the described resources and return them as a stream of add, update, and remove notifications.',
  allowWatchBookmarks: 'allowWatchBookmarks requests watch events with type "BOOKMARK".',
  gracePeriodSeconds: 'The duration in seconds before the object should be deleted.',
  propagationPolicy: 'Whether and how garbage collection will be performed.',
} as const
type ParameterName = keyof typeof texts
const types: Partial<Record<ParameterName, string>> = {
  force: 'boolean',
  watch: 'boolean',
  allowWatchBookmarks: 'boolean',
  sendInitialEvents: 'boolean',
  limit: 'integer',
  timeoutSeconds: 'integer',
  gracePeriodSeconds: 'integer',
}

const listing: readonly ParameterName[] = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
]
const writing: readonly ParameterName[] = ['dryRun', 'fieldManager', 'fieldValidation']

interface Shape {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly action: string
  readonly does: string
  readonly takes: readonly ParameterName[]
  readonly body?: 'object' | 'patch' | 'DeleteOptions'
  readonly answers: 'object' | 'list' | 'Status'
}

const shapes: Record<string, Shape> = {
  get: {method: 'get', action: 'get', does: 'read', takes: [], answers: 'object'},
  update: {method: 'put', action: 'put', does: 'replace', takes: writing, body: 'object', answers: 'object'},
  patch: {
    method: 'patch',
    action: 'patch',
    does: 'patch',
    takes: [...writing, 'force'],
    body: 'patch',
    answers: 'object',
  },
  delete: {
    method: 'delete',
    action: 'delete',
    does: 'delete',
    takes: ['dryRun', 'gracePeriodSeconds', 'propagationPolicy'],
    body: 'DeleteOptions',
    answers: 'Status',
  },
  list: {method: 'get', action: 'list', does: 'list', takes: listing, answers: 'list'},
  create: {method: 'post', action: 'post', does: 'create', takes: writing, body: 'object', answers: 'object'},
  deletecollection: {
    method: 'delete',
    action: 'deletecollection',
    does: 'delete collection of',
    takes: [...listing, 'dryRun', 'gracePeriodSeconds', 'propagationPolicy'],
    body: 'DeleteOptions',
    answers: 'Status',
  },
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.'
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]
// Clients choose their patch by what is listed here.
const patchTypesOf = ({custom}: Kind): readonly string[] => (custom ? patchTypes.slice(0, -1) : patchTypes)
const plainTypes = ['application/json', 'application/yaml']

export interface PathContext {
  readonly dialect: Dialect
  /** The definition of a kind; undefined: there is none to refer to. */
  readonly definitionNameOf: (gvk: Gvk) => string | undefined
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

interface Target {
  readonly kind: Kind
  readonly gvk: Gvk
  readonly subresource?: string | undefined
  readonly everywhere?: boolean | undefined
}

const operation = ({dialect, definitionNameOf}: PathContext, verb: string, target: Target): [string, Json] => {
  const shape = shapes[verb] ?? shapes.get
  if (!shape) return ['get', {}]
  const {kind, gvk, subresource = '', everywhere = false} = target
  const schemaOf = (what: Shape['answers'] | Shape['body']): Json | undefined => {
    if (what === 'Status' || what === 'DeleteOptions') return refTo(meta + what, dialect)
    if (what === 'patch') return refTo(`${meta}Patch`, dialect)
    const name = definitionNameOf(what === 'list' ? {...gvk, kind: `${gvk.kind}List`} : gvk)
    return name === undefined ? undefined : refTo(name, dialect)
  }
  const scope = kind.resource.namespaced && !everywhere ? 'Namespaced' : ''
  const group = kind.resource.group === '' ? 'core' : (kind.resource.group.split('.')[0] ?? '')
  const id = `${shape.does.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase())}${capital(group)}${capital(kind.resource.version)}${scope}${kind.resource.kind}${capital(subresource)}${everywhere ? 'ForAllNamespaces' : ''}`
  const parameters = shape.takes.map((name) => parameter(dialect, name, types[name] ?? 'string', texts[name]))
  const contentTypes = shape.body === 'patch' ? patchTypesOf(kind) : plainTypes
  const bodySchema = shape.body && (schemaOf(shape.body) ?? {type: 'object'})
  const answer = schemaOf(shape.answers) ?? {type: 'object'}
  const contents = (names: readonly string[], schema: Json): Json =>
    Object.fromEntries(names.map((name) => [name, {schema}]))
  const common = {
    tags: [`${group}_${kind.resource.version}`],
    description: `${shape.does} ${subresource ? `${subresource} of ` : ''}the specified ${gvk.kind}`,
    operationId: id,
  }
  const extensions = {'x-kubernetes-action': shape.action, 'x-kubernetes-group-version-kind': gvk}
  const status = verb === 'create' ? '201' : '200'
  if (dialect === 3)
    return [
      shape.method,
      {
        ...common,
        parameters,
        ...(bodySchema
          ? {requestBody: {content: contents(shape.body === 'patch' ? contentTypes : ['*/*'], bodySchema)}}
          : {}),
        responses: {
          [status]: {description: 'OK', content: contents(plainTypes, answer)},
          401: {description: 'Unauthorized'},
        },
        ...extensions,
      },
    ]
  return [
    shape.method,
    {
      ...common,
      consumes: shape.body === 'patch' ? contentTypes : ['*/*'],
      produces: plainTypes,
      schemes: ['https'],
      parameters: [
        ...(bodySchema ? [{name: 'body', in: 'body', required: true, schema: bodySchema}] : []),
        ...parameters,
      ],
      responses: {[status]: {description: 'OK', schema: answer}, 401: {description: 'Unauthorized'}},
      ...extensions,
    },
  ]
}

const pathParameter = (dialect: Dialect, name: string, description: string): Json => ({
  name,
  in: 'path',
  description,
  required: true,
  ...(dialect === 3 ? {schema: {type: 'string', uniqueItems: true}} : {type: 'string', uniqueItems: true}),
})

const pathItem = (context: PathContext, path: string, verbs: readonly string[], target: Target): [string, Json][] => {
  const known = verbs.filter((verb) => verb in shapes)
  if (known.length === 0) return []
  const {dialect} = context
  const parameters = [
    ...(path.includes('{name}') ? [pathParameter(dialect, 'name', `name of the ${target.gvk.kind}`)] : []),
    ...(path.includes('{namespace}')
      ? [pathParameter(dialect, 'namespace', 'object name and auth scope, such as for teams and projects')]
      : []),
    parameter(dialect, 'pretty', 'string', texts.pretty),
  ]
  return [[path, {...Object.fromEntries(known.map((verb) => operation(context, verb, target))), parameters}]]
}

const onOne = ['get', 'update', 'patch', 'delete']
const onMany = ['list', 'create', 'deletecollection']

/** The paths of one kind. */
export const pathsOfKind = (kind: Kind, context: PathContext): Record<string, Json> => {
  const {resource, subresources} = kind
  const {group, version} = resource
  const gvk = {group, version, kind: resource.kind}
  const scoped = {namespace: resource.namespaced ? '{namespace}' : undefined}
  const open = (path: string): string => path.replaceAll('%7B', '{').replaceAll('%7D', '}')
  const verbs = (wanted: readonly string[]): string[] =>
    wanted.filter((verb) => (kind.verbs as readonly string[]).includes(verb))
  const one = open(pathOf(resource, {...scoped, name: '{name}'}))
  return Object.fromEntries([
    ...(resource.namespaced ? pathItem(context, pathOf(resource), verbs(['list']), {kind, gvk, everywhere: true}) : []),
    ...pathItem(context, open(pathOf(resource, scoped)), verbs(onMany), {kind, gvk}),
    ...pathItem(context, one, verbs(onOne), {kind, gvk}),
    ...Object.entries(subresources).flatMap(([name, rules]) =>
      pathItem(context, `${one}/${name}`, rules.verbs, {kind, gvk: rules.speaks ?? gvk, subresource: name}),
    ),
  ])
}
