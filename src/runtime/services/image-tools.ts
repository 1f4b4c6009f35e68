// What CRI has no words for: images from files and to files, and further names. JSON in, JSON out, on the same socket:
// `/mini.v1.ImageTools/Load`, `Save`, `Tag`.
import type {GrpcMethod, GrpcMethods} from '../../lib/grpc/server.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import type {Images} from '../images/images.ts'
import {loadArchive} from '../images/load-archive.ts'
import type {ImageRecord} from '../images/record.ts'
import {parseReference, taggedName} from '../images/reference.ts'
import {saveArchive} from '../images/save-archive.ts'

type Tool = (request: Readonly<Record<string, unknown>>) => Promise<object>

const text = (value: unknown, name: string): string => {
  if (typeof value !== 'string' || value === '') throw new GrpcError(grpcCodes.invalidArgument, `${name} is required`)
  return value
}

const needRecord = (images: Images, name: string): ImageRecord => {
  const record = images.record(name)
  if (!record) throw new GrpcError(grpcCodes.notFound, `image "${name}" not found`)
  return record
}

const toolsOf = (images: Images): Readonly<Record<string, Tool>> => ({
  /** {file} -> {names} */
  Load: async ({file}) => ({names: await loadArchive(images.store, text(file, 'file'))}),
  /** {names, file} -> {} */
  Save: async ({file, names}) => {
    const wanted = Array.isArray(names) ? names.map(String) : []
    await saveArchive(
      images.store,
      wanted.map((name) => needRecord(images, name)),
      text(file, 'file'),
    )
    return {}
  },
  /** {source, target} -> {} */
  Tag: async ({source, target}) => {
    images.store.name(needRecord(images, text(source, 'source')), {
      tag: taggedName(parseReference(text(target, 'target'))),
    })
    return {}
  },
})

const methodOf = (tool: Tool): GrpcMethod => ({
  stream: false,
  call: async (bytes) => {
    const request = JSON.parse(Buffer.from(bytes).toString() || '{}') as Record<string, unknown>
    return Buffer.from(JSON.stringify(await tool(request)))
  },
})

export const imageToolMethods = (images: Images): GrpcMethods =>
  new Map(Object.entries(toolsOf(images)).map(([name, tool]) => [`/mini.v1.ImageTools/${name}`, methodOf(tool)]))
