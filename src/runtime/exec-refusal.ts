// An exec whose command could not be started: each launcher says so on stderr in its own words; people know runc's.
import {newId} from './ids.ts'

const patterns = [
  /^\S*env: ['‘]?(?<program>.*)['’]?: (?<reason>No such file or directory|Permission denied)\n$/,
  /msg="exec failed: unable to start container process: exec: \\"(?<program>.*)\\": (?<reason>.*)"\n$/,
  /^executable file `(?<program>.*)` not found in \$PATH: (?<reason>No such file or directory)\n$/,
  /^open executable: (?<reason>Permission denied)\n$/,
]

/** With these codes every launcher says that it started nothing. */
const refusalCodes = new Set([126, 127, 255])

const beginnings = [/^\S*env: /, /^time="/, /^executable file `/, /^open executable: /]

/** Whether what was written first may turn out to be a launcher's, not the command's: one line, whole or not yet. */
export const mayBeRefusal = (stderr: string): boolean =>
  stderr.includes('\n')
    ? patterns.some((pattern) => pattern.test(stderr))
    : beginnings.some((beginning) => beginning.test(stderr))

const reasonOf = (program: string, reason: string): string => {
  if (/permission denied/i.test(reason)) return 'permission denied'
  return program.includes('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH'
}

/** Undefined: the command ran. */
export const refusalOf = ([program = '']: readonly string[], code: number, stderr: string): string | undefined => {
  if (!refusalCodes.has(code)) return undefined
  const found = patterns.map((pattern) => pattern.exec(stderr)).find((match) => match !== null)
  if (!found) return undefined
  const why = `exec: "${program}": ${reasonOf(program, found.groups?.reason ?? '')}`
  return `failed to exec in container: failed to start exec "${newId()}": OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`
}
