// What an answer says to the shell about itself.
export const directives = {
  files: 0,
  noSpace: 2,
  noFiles: 4,
  filesEndingWith: 8,
  folders: 16,
} as const

const names: Readonly<Record<number, string>> = {
  0: 'ShellCompDirectiveDefault',
  4: 'ShellCompDirectiveNoFileComp',
  6: 'ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp',
  8: 'ShellCompDirectiveFilterFileExt',
  16: 'ShellCompDirectiveFilterDirs',
}

export const directiveName = (directive: number): string => names[directive] ?? String(directive)

export interface Answer {
  /** Each a word, or a word, a tab and what it means. */
  readonly candidates: readonly string[]
  readonly directive: number
}

export const noFiles = (candidates: readonly string[]): Answer => ({candidates, directive: directives.noFiles})
export const files: Answer = {candidates: [], directive: directives.files}
