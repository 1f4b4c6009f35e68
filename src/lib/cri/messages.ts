// CRI v1 as data: every message by name, and from the same table the compiler's idea of it.
import {commonMessages} from './common-messages.ts'
import {containerMessages} from './container-messages.ts'
import {imageMessages} from './image-messages.ts'
import {sandboxMessages} from './sandbox-messages.ts'
import {statsMessages} from './stats-messages.ts'

export const messages = {
  ...commonMessages,
  ...sandboxMessages,
  ...containerMessages,
  ...imageMessages,
  ...statsMessages,
} as const

export type Messages = typeof messages
export type MessageName = keyof Messages

interface Scalars {
  string: string
  bool: boolean
  bytes: Uint8Array
  int32: number
  uint32: number
  /** As numbers: a time in nanoseconds loses its last digits, which nobody reads. */
  int64: number
  uint64: number
  double: number
  enum: number
  map: Readonly<Record<string, string>>
}

type Field = readonly [number, string]
type OneIn<T extends string> = T extends keyof Scalars ? Scalars[T] : T extends MessageName ? Message<T> : never
type ValueIn<T extends string> = T extends `repeated ${infer Item}` ? readonly OneIn<Item>[] : OneIn<T>
type Type<F> = F extends Field ? F[1] : never

/** A message to send: what is absent is the type's zero. */
export type Message<Name extends MessageName> = {
  readonly [F in keyof Messages[Name]]?: ValueIn<Type<Messages[Name][F]>> | undefined
}

type OneOut<T extends string> = T extends keyof Scalars
  ? Scalars[T]
  : T extends MessageName
    ? Received<T> | undefined
    : never
type ItemOut<T extends string> = T extends keyof Scalars ? Scalars[T] : T extends MessageName ? Received<T> : never
type ValueOut<T extends string> = T extends `repeated ${infer Item}` ? readonly ItemOut<Item>[] : OneOut<T>

/** A message as decoded: only nested messages can be absent. */
export type Received<Name extends MessageName> = {
  readonly [F in keyof Messages[Name]]: ValueOut<Type<Messages[Name][F]>>
}
