// An answer in the form the caller asked for.
import {dump, YAML11_SCHEMA} from 'js-yaml'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {apiVersionOf, type Resource} from '../../api/resource.ts'
import type {ApiResponse} from '../../api/transport.ts'
import type {Backend} from '../backend.ts'
import {encode, type Objects, type Shared} from '../registry/objects.ts'
import type {Call} from '../request/call.ts'
import {headerOf} from '../request/call.ts'
import type {Answer} from './answer.ts'
import {type Form, isPlain, negotiate} from './negotiate.ts'
import {partialOf} from './partial.ts'
import {includeObjectOf, tableOf} from './table.ts'
import {watchResponse} from './watch-response.ts'

const mediaTypes: Readonly<Record<Form['encoding'], string>> = {json: 'application/json', yaml: 'application/yaml'}

/** Throws NotAcceptable before anything is done. */
export const formOf = (call: Call, verb: string): Form =>
  negotiate(headerOf(call, 'accept'), ({shape}) =>
    shape === 'PartialObjectMetadataList'
      ? verb === 'list'
      : shape === 'PartialObjectMetadata'
        ? verb !== 'list'
        : true,
  )

export const render = (backend: Backend, call: Call, form: Form, answer: Answer): ApiResponse => {
  switch (answer.type) {
    case 'raw':
      return answer.response
    case 'status':
      return shown(form, answer.code, answer.status)
    case 'entry':
      return isPlain(form)
        ? bytesResponse(answer.status, backend.objects.bytes(answer.kind, answer.entry), () =>
            backend.objects.object(answer.kind, answer.entry),
          )
        : single(backend, call, form, answer.status, answer.kind, backend.objects.object(answer.kind, answer.entry))
    case 'object':
      return answer.kind && !isPlain(form)
        ? single(backend, call, form, answer.status, answer.kind, answer.object as Shared)
        : shown(form, answer.status, answer.object)
    case 'list':
      return listResponse(backend, call, form, answer)
    case 'watch':
      return watchResponse(backend, call, form, answer)
  }
}

const bytesResponse = (status: number, body: Uint8Array, object: () => unknown): ApiResponse => ({
  status,
  headers: {'content-type': 'application/json'},
  body,
  get object(): unknown {
    return object()
  },
})

/** Keys in order, times quoted: what Go's YAML library writes. */
export const toYaml = (value: unknown): string =>
  dump(JSON.parse(JSON.stringify(value)), {
    schema: YAML11_SCHEMA,
    sortKeys: true,
    noRefs: true,
    lineWidth: -1,
    quoteStyle: 'double',
    seqNoIndent: true,
  })

export const shown = (form: Form, status: number, object: unknown): ApiResponse => {
  const bytes = form.encoding === 'yaml' ? Buffer.from(toYaml(object)) : encode(object as KubeObject)
  return {status, headers: {'content-type': mediaTypes[form.encoding]}, body: bytes, object}
}

const tableOptions = (backend: Backend, call: Call, form: Form) => ({
  version: form.version,
  include: includeObjectOf(call.info.query),
  nowMs: backend.clock.now(),
  headers: true,
  descriptions: form.descriptions,
})

const single = (backend: Backend, call: Call, form: Form, status: number, kind: Kind, object: Shared): ApiResponse => {
  if (form.shape === 'Table') {
    const {resourceVersion} = object.metadata
    return shown(form, status, tableOf(kind, [object], {resourceVersion}, tableOptions(backend, call, form)))
  }
  if (form.shape === 'PartialObjectMetadata') return shown(form, status, partialOf(object, form.version))
  return shown(form, status, object)
}

type ListAnswer = Extract<Answer, {type: 'list'}>

const listEnd = Buffer.from(']}\n')

/** Items of built-in kinds do not repeat their kind and version. */
const headOf = (resource: Resource): Buffer =>
  Buffer.from(`{"kind":${JSON.stringify(resource.kind)},"apiVersion":${JSON.stringify(apiVersionOf(resource))},`)

const headers = {'content-type': 'application/json'}

const comma = 0x2c
const brace = 0x7b
const lineEnd = 0x0a

/** Copied right into place: a view of each item would cost more than its bytes. */
const listBytes = (opening: string, objects: Objects, kind: Kind, entries: ListAnswer['entries']): Buffer => {
  const head = headOf(kind.resource)
  const items = entries.map((entry) => objects.bytes(kind, entry))
  // Room for each item, what stands between them, and both ends.
  const body = Buffer.allocUnsafe(
    items.reduce((size, item) => size + item.length + 1, Buffer.byteLength(opening) + listEnd.length),
  )
  let at = body.write(opening)
  for (const [index, bytes] of items.entries()) {
    if (index > 0) body[at++] = comma
    const hasHead = !kind.custom && bytes.length >= head.length && head.compare(bytes, 0, head.length) === 0
    if (hasHead) body[at++] = brace
    at += bytes.copy(body, at, hasHead ? head.length : 0, bytes.at(-1) === lineEnd ? bytes.length - 1 : bytes.length)
  }
  return body.subarray(0, at + listEnd.copy(body, at))
}

const listResponse = (backend: Backend, call: Call, form: Form, answer: ListAnswer): ApiResponse => {
  const {kind, entries, metadata} = answer
  const objects = (): Shared[] => entries.map((entry) => backend.objects.object(kind, entry))
  const apiVersion = apiVersionOf(kind.resource)
  const listKind = `${kind.resource.kind}List`
  if (form.shape === 'Table')
    return shown(form, 200, tableOf(kind, objects(), metadata, tableOptions(backend, call, form)))
  if (form.shape === 'PartialObjectMetadataList')
    return shown(form, 200, {
      kind: form.shape,
      apiVersion: `meta.k8s.io/${form.version}`,
      metadata,
      items: objects().map((object) => partialOf(object, form.version)),
    })
  if (form.encoding === 'yaml')
    return shown(form, 200, {kind: listKind, apiVersion, metadata, items: objects().map(withoutType)})
  const opening = `{"kind":"${listKind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`
  let body: Buffer | undefined
  return {
    status: 200,
    headers,
    get body(): Buffer {
      body ??= listBytes(opening, backend.objects, kind, entries)
      return body
    },
    get object(): unknown {
      return {kind: listKind, apiVersion, metadata, items: objects()}
    },
  }
}

const withoutType = ({kind: _kind, apiVersion: _apiVersion, ...rest}: Shared): unknown => rest
