import type {flags} from '../commands/label.ts'
import type {Invocation} from '../invocation.ts'
import {updateMetadata} from '../metadata-update.ts'

export const label = (invocation: Invocation<typeof flags>): Promise<void> => updateMetadata(invocation, 'label')
