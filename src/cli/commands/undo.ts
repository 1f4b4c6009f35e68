import {command, string} from '../definition.ts'
import {dryRun} from '../flags/common.ts'

export const flags = {
  'dry-run': dryRun,
  to: string(
    'The version to go back to: a revision, a time or an age; default: the one before the last change of its specification.',
  ),
} as const

export const definition = command({
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Take back the last change of an object, or bring back one that was deleted',
  examples: `  # Oops
  mini undo deployment/web

  # Bring back what was deleted
  mini undo configmap/settings`,
  flags,
  run: async (invocation) => (await import('../verbs/undo.ts')).undo(invocation),
})
