// Sets of completion indexes, written `0-2,5`.

export const parseIndexes = (text: string | undefined, completions = Number.POSITIVE_INFINITY): Set<number> => {
  const indexes = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    if (part === '') continue
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    for (let index = first; index <= last && index < completions; index++) indexes.add(index)
  }
  return indexes
}

export const formatIndexes = (indexes: ReadonlySet<number>): string => {
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let at = 0; at < sorted.length; ) {
    let end = at
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1
    const [first, last] = [sorted[at], sorted[end]]
    // Two in a row are no range yet.
    parts.push(first === last ? `${first}` : `${first}${end === at + 1 ? ',' : '-'}${last}`)
    at = end + 1
  }
  return parts.join(',')
}
