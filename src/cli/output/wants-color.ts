// Whether to colour what goes to stdout: people's terminals only, and never as kubectl.
import {type Invocation, usageMistake} from '../invocation.ts'

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

/** `--color`, then NO_COLOR (https://no-color.org), then CLICOLOR_FORCE and CLICOLOR (https://bixense.com/clicolors). */
export const wantsColor = (invocation: Pick<Invocation, 'program' | 'globals' | 'io' | 'words'>): boolean => {
  const {program, io} = invocation
  if (program === 'kubectl') return false
  const {color = 'auto'} = invocation.globals as {readonly color?: string}
  if (color === 'always' || color === 'never') return color === 'always'
  if (color !== 'auto')
    throw usageMistake(invocation, `unknown --color ${JSON.stringify(color)}; use auto, always or never`)
  const {NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM} = io.env
  if (isSet(NO_COLOR)) return false
  if (isSet(CLICOLOR_FORCE) && CLICOLOR_FORCE !== '0') return true
  return io.isTerminal.out && CLICOLOR !== '0' && TERM !== 'dumb'
}
