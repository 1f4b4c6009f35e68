import type {flags} from '../commands/annotate.ts'
import type {Invocation} from '../invocation.ts'
import {updateMetadata} from '../metadata-update.ts'

export const annotate = (invocation: Invocation<typeof flags>): Promise<void> =>
  updateMetadata(invocation, 'annotation')
