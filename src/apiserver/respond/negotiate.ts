// Which form of an answer the Accept header asks for.
import {ApiError} from '../../api/errors.ts'

export type Shape = 'Object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'Discovery'

export interface Form {
  readonly encoding: 'json' | 'yaml'
  readonly shape: Shape
  /** Version of the shape: v1, v1beta1, v2 ... */
  readonly version: string
  /** For tables: what their columns mean. */
  readonly descriptions?: readonly string[] | undefined
}

interface Wish {
  readonly type: string
  readonly quality: number
  readonly parameters: ReadonlyMap<string, string>
}

const parseWish = (text: string): Wish => {
  const [type = '', ...rest] = text.split(';')
  const parameters = new Map(
    rest.map((parameter) => {
      const equals = parameter.indexOf('=')
      return [parameter.slice(0, equals).trim().toLowerCase(), parameter.slice(equals + 1).trim()] as const
    }),
  )
  return {type: type.trim().toLowerCase(), quality: Number(parameters.get('q') ?? 1), parameters}
}

const parseAccept = (accept: string): Wish[] =>
  accept
    .split(',')
    .map(parseWish)
    .sort((a, b) => b.quality - a.quality)

const encodings: Readonly<Record<string, Form['encoding']>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'json',
}

const shapes: ReadonlyMap<string, Shape> = new Map([
  ['Table', 'Table'],
  ['PartialObjectMetadata', 'PartialObjectMetadata'],
  ['PartialObjectMetadataList', 'PartialObjectMetadataList'],
])

const plain: Form = {encoding: 'json', shape: 'Object', version: ''}

const shapeOf = (wish: Wish, allowed: (form: Form) => boolean): Form | undefined => {
  const encoding = encodings[wish.type]
  if (!encoding) return undefined
  const as = wish.parameters.get('as')
  // Protobuf is not spoken: whoever lists nothing else still gets JSON, which such clients read by its content type.
  if (!as) return {...plain, encoding}
  const shape = shapes.get(as)
  const form: Form | undefined = shape && {encoding, shape, version: wish.parameters.get('v') ?? ''}
  if (!form || wish.parameters.get('g') !== 'meta.k8s.io') return undefined
  if (form.version !== 'v1' && form.version !== 'v1beta1') return undefined
  return allowed(form) ? form : undefined
}

const offered = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

/** `406: Not Acceptable`, from the door: no type offered is wanted at all. */
const noneWanted = (): ApiError =>
  new ApiError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${offered}`, {details: {}})

/** From the handlers: types fit, but not the form asked for. */
const noneFits = (): ApiError =>
  new ApiError('NotAcceptable', `only the following media types are accepted: ${offered}`)

const isOffered = (wish: Wish): boolean => wish.type in encodings

/** Throws the right 406 where nothing fits. */
export const negotiate = (accept: string, allowed: (form: Form) => boolean = () => true): Form => {
  if (accept === '' || accept === 'application/json' || accept === '*/*') return plain
  const wishes = parseAccept(accept)
  for (const protobuf of [false, true])
    for (const wish of wishes) {
      if (wish.type.endsWith('protobuf') !== protobuf) continue
      const form = shapeOf(wish, allowed)
      if (form) return form
    }
  throw wishes.some(isOffered) ? noneFits() : noneWanted()
}

export const isPlain = (form: Form): boolean => form.encoding === 'json' && form.shape === 'Object'
