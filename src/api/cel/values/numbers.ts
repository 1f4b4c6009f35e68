// Numbers of CEL: int is a bigint, double a number, uint this.
export class CelError extends Error {
  override readonly name = 'CelError'
}

export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

const [minInt, maxInt, maxUint] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n]

export const intOf = (value: bigint): bigint => {
  if (value < minInt || value > maxInt) throw new CelError('integer overflow')
  return value
}

export const uintOf = (value: bigint): Uint => {
  if (value < 0n || value > maxUint) throw new CelError('unsigned integer overflow')
  return new Uint(value)
}
