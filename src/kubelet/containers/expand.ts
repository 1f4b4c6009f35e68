// `$(VAR)` in commands, arguments and values: known names are replaced, `$$` is a dollar, anything else stays.

export const expand = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replace(/\$(\$|\(([^)]*)\))/g, (whole, kind: string, name: string | undefined) => {
    if (kind === '$') return '$'
    return (name === undefined ? undefined : known.get(name)) ?? whole
  })
