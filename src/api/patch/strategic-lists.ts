// Lists in a strategic merge patch: finding items by their merge key, and the order of the result.
import {deepEqual} from '../meta/equal.ts'
import {getOwn, isObject} from '../schema/own.ts'
import {goPrint} from './go-print.ts'

export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError'
  /** How the server answers: the patch is malformed, it does not fit the object, or (its own word) it failed. */
  readonly answer: 'bad request' | 'unprocessable' | 'failure'

  constructor(message: string, answer: StrategicPatchError['answer'] = 'failure') {
    super(message)
    this.answer = answer
  }
}

export const missingKey = (item: unknown, mergeKey: string): StrategicPatchError =>
  new StrategicPatchError(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`)

/** What two items must share to be the same: the merge key's value, or for plain values the value. */
export const identityOf = (item: unknown, mergeKey: string | undefined): unknown => {
  if (!isObject(item)) return item
  const value = mergeKey === undefined ? undefined : getOwn(item, mergeKey)
  if (value === undefined) throw missingKey(item, mergeKey ?? '')
  return value
}

export const indexOfItem = (items: readonly unknown[], wanted: unknown, mergeKey: string | undefined): number => {
  const identity = identityOf(wanted, mergeKey)
  return items.findIndex((item) => deepEqual(identityOf(item, mergeKey), identity))
}

const inOrder = (items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): unknown[] => {
  const place = (item: unknown): number => {
    const index = indexOfItem(order, item, mergeKey)
    return index < 0 ? order.length : index
  }
  return items
    .map((item) => ({item, at: place(item)}))
    .sort((a, b) => a.at - b.at)
    .map(({item}) => item)
}

interface Ordering {
  readonly mergeKey: string | undefined
  /** The order the patch asks for. */
  readonly patchOrder: readonly unknown[]
  /** The order the object had. */
  readonly liveOrder: readonly unknown[]
}

/**
 * Items the patch names come in the patch's order, the others in the order they had; between one of each the object's
 * order decides where it knows both, else the patch's item goes first.
 */
export const orderItems = (items: readonly unknown[], {mergeKey, patchOrder, liveOrder}: Ordering): unknown[] => {
  const isNamed = (item: unknown): boolean => indexOfItem(patchOrder, item, mergeKey) >= 0
  const named = inOrder(items.filter(isNamed), patchOrder, mergeKey)
  const others = inOrder(
    items.filter((item) => !isNamed(item)),
    liveOrder,
    mergeKey,
  )
  const result: unknown[] = []
  while (named.length > 0 && others.length > 0) {
    const other = indexOfItem(liveOrder, others[0], mergeKey)
    const mine = indexOfItem(liveOrder, named[0], mergeKey)
    result.push(other >= 0 && mine >= 0 && other < mine ? others.shift() : named.shift())
  }
  return [...result, ...named, ...others]
}

/** The order list must name what the patch's list names, in the same order. */
export const checkOrderList = (
  items: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): void => {
  const kept = items.filter((item) => !(isObject(item) && Object.hasOwn(item, '$patch')))
  const places = kept.map((item) => indexOfItem(order, item, mergeKey))
  const isFine = places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1))
  if (!isFine)
    throw new StrategicPatchError(
      `The order in patch list:\n${goPrint(items)}\n doesn't match $setElementOrder list:\n${goPrint(order)}\n`,
    )
}
