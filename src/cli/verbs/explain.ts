import {splitApiVersion} from '../../api/resource.ts'
import type {flags} from '../commands/explain.ts'
import {header, type NamedField, page} from '../explain/print.ts'
import {type ApiDocument, type ApiSchema, fieldsOf, schemaOfKind} from '../explain/schema.ts'
import type {Invocation} from '../invocation.ts'
import {getJson} from '../request.ts'
import {createMapper} from '../resources/mapper.ts'
import {Failure} from '../usage-mistake.ts'

type Explain = Invocation<typeof flags>

interface Kind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const kindOf = async ({flags: own, connect, io}: Explain, word: string): Promise<Kind> => {
  const mapper = createMapper(
    async () => (await connect()).client,
    (text) => io.err(`Warning: ${text}\n`),
  )
  const resource = await mapper.byWord(word).catch((error: unknown) => {
    throw error instanceof Error && error.name === 'NoSuchType' ? new Failure(error.message) : error
  })
  if (own['api-version'] === '') return resource
  const {group, version} = splitApiVersion(own['api-version'])
  const {resources} = await mapper.discovery()
  const found = resources.find(
    (one) =>
      one.group === group &&
      one.version === version &&
      (one.plural === resource.plural || one.singular === word || one.shortNames.includes(word)),
  )
  if (!found) throw new Error(`couldn't find resource for "${group}/${version}, Resource=${resource.plural}"`)
  return found
}

interface Place {
  readonly schema: ApiSchema
  readonly field: NamedField | undefined
}

const follow = (document: ApiDocument, root: ApiSchema, path: readonly string[]): Place => {
  let place: Place = {schema: root, field: undefined}
  for (const name of path) {
    const {properties = {}, required = []} = fieldsOf(document, place.schema) ?? {}
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    // Named is the end of the path, wherever it breaks off.
    if (!schema) throw new Error(`field "${path.at(-1)}" does not exist`)
    place = {schema, field: {name, isRequired: required.includes(name)}}
  }
  return place
}

/** `pods.spec.containers`: a type and a path behind it. */
const splitArgument = (text: string): {word: string; path: string[]} => {
  if (text.startsWith('.') || text.includes('['))
    throw new Error('invalid jsonpath syntax, first node must be field node')
  const [word = '', ...path] = text.replace(/\.$/, '').split('.')
  return {word, path}
}

/** `deployments.apps.spec`: the group may stand between the two. */
const withoutGroup = (path: readonly string[], group: string): readonly string[] => {
  const parts = group.split('.')
  return group !== '' && parts.every((part, at) => path[at] === part) ? path.slice(parts.length) : path
}

export const explain = async (invocation: Explain): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0)
    throw new Error(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  if (args.length > 1) throw new Error('We accept only this format: explain RESOURCE')
  if (own.output !== 'plaintext' && own.output !== 'plaintext-openapiv2')
    throw new Error(`unrecognized format: ${own.output}`)
  const {word, path} = splitArgument(args[0] ?? '')
  const kind = await kindOf(invocation, word)
  const {client} = await connect()
  const where = kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`
  const document = await getJson<ApiDocument>(client, `/openapi/v3/${where}`)
  const root = schemaOfKind(document, kind)
  if (!root) throw new Error(`GVR (${kind.group}/${kind.version}) not found in OpenAPI schema`)
  io.out(header(kind))
  const {schema, field} = follow(document, root, withoutGroup(path, kind.group))
  io.out(page(document, schema, field, own.recursive))
}
