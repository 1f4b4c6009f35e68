// CRI speaks in nanoseconds since 1970; this clock has microseconds and never goes back.
const nowMicros = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000)

export const nowNanos = (): number => nowMicros() * 1000

/** `2026-11-21T05:45:28.123456000Z`, as CRI logs have it. */
export const nowStamp = (): string => {
  const micros = nowMicros()
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}000Z`
}
