// Times as the API writes them: whole seconds, UTC.

let lastSecond = Number.NaN
let lastText = ''

/** The same second is asked for again and again. */
export const timestamp = (ms: number): string => {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}
