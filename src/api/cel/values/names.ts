// How a field's name is written in an expression: words of the language and odd letters are escaped.
const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

export const escapeName = (name: string): string => {
  if (reserved.has(name)) return `__${name}__`
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__')
}

/** Whether there is a way to write it. */
export const canEscape = (name: string): boolean => /^[a-zA-Z_./-][a-zA-Z0-9_./-]*$/.test(name)

const letters: Readonly<Record<string, string>> = {underscores: '__', dot: '.', dash: '-', slash: '/'}

export const unescapeName = (name: string): string => {
  if (!name.includes('__')) return name
  const word = /^__(\w+?)__$/.exec(name)?.[1]
  if (word && reserved.has(word)) return word
  return name.replaceAll(/__(underscores|dot|dash|slash)__/g, (_, letter: string) => letters[letter] ?? '')
}
