// Which heredocs a line opens: `<<EOF`, `<<-EOF`, `<<"EOF"`, with a number before it or not, outside of quotes.

export interface OpenedHeredoc {
  readonly name: string
  /** `<<-`: leading tabs are not part of it. */
  readonly chomps: boolean
  readonly expands: boolean
}

const opening = /^\d*<<(-?)(?:"([^"\s]+)"|'([^'\s]+)'|([^\s<"']+))/

export const heredocsIn = (text: string): OpenedHeredoc[] => {
  const found: OpenedHeredoc[] = []
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === '\\') at++
    else if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '<') {
      const [whole, dash, double, single, plain] = opening.exec(text.slice(at)) ?? []
      if (whole === undefined) {
        while (text[at + 1] === '<') at++ // `<<<` is something else
        continue
      }
      found.push({name: double ?? single ?? plain ?? '', chomps: dash === '-', expands: plain !== undefined})
      at += whole.length - 1
    }
  }
  return found
}
