// RFC 7234 warnings: `299 - "text"`, several in one header or in several.

export const parseWarnings = (header: string | readonly string[] | undefined): string[] => {
  if (header === undefined) return []
  const texts: string[] = []
  for (const line of [header].flat())
    for (const [, quoted = ''] of line.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g))
      texts.push(quoted.replace(/\\(.)/g, '$1'))
  return texts
}
