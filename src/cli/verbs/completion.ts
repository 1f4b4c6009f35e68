import {scripts} from '../completion/scripts.ts'
import {type Invocation, usageMistake} from '../invocation.ts'

export const completion = async (invocation: Invocation): Promise<void> => {
  const {args, io, program} = invocation
  const [shell] = args
  if (shell === undefined) throw usageMistake(invocation, 'Shell not specified.')
  if (args.length > 1) throw usageMistake(invocation, 'Too many arguments. Expected only the shell type.')
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (!script) throw usageMistake(invocation, `Unsupported shell type ${JSON.stringify(shell)}.`)
  io.out(script(program))
}
