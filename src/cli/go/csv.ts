// One line of comma separated values with quotes, as Go's encoding/csv reads the value of a list flag.

export interface NotCsv {
  readonly reason: string
}

export const parseCsvLine = (text: string): string[] | NotCsv => {
  if (text === '') return []
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let value = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0)
          return {reason: `parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`}
        value += text.slice(from, quote)
        if (text[quote + 1] !== '"') {
          at = quote + 1
          break
        }
        value += '"'
        from = quote + 2
      }
      if (at < text.length && text[at] !== ',')
        return {reason: `parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`}
      fields.push(value)
    } else {
      const comma = text.indexOf(',', at)
      const field = comma < 0 ? text.slice(at) : text.slice(at, comma)
      const quote = field.indexOf('"')
      if (quote >= 0) return {reason: `parse error on line 1, column ${at + quote + 1}: bare " in non-quoted field`}
      fields.push(field)
      at += field.length
    }
    if (at >= text.length) return fields
    at += 1
  }
}
