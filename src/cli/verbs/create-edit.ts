import type {flags} from '../commands/create.ts'
import type {Invocation} from '../invocation.ts'

export const createEdited = async (_invocation: Invocation<typeof flags>): Promise<void> => {
  throw new Error('there was a problem with the editor "vi"')
}
