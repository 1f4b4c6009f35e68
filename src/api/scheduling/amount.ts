// Quantities as numbers, for arithmetic on a hot path: CPU in thousandths, everything else in whole units. The same few
// texts come again and again, so each is read once.
const scale: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const REMEMBERED = 4096
const known = new Map<string, number>()

const read = (text: string): number => {
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text)
  return Number(match?.[1] ?? 0) * (scale[match?.[2] ?? ''] ?? 1)
}

const amount = (text: string | number): number => {
  const key = String(text)
  const cached = known.get(key)
  if (cached !== undefined) return cached
  if (known.size >= REMEMBERED) known.clear()
  const value = read(key)
  known.set(key, value)
  return value
}

/** Rounded up, as Kubernetes does: `100m` is 100, `0.1` is 100. */
export const milliOf = (text: string | number): number => Math.ceil(amount(text) * 1000 - 1e-6)
export const unitsOf = (text: string | number): number => Math.ceil(amount(text) - 1e-9)
