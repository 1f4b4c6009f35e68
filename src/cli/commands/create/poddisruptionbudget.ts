import {command, string} from '../../definition.ts'
import {
  allowMissingTemplateKeys,
  dryRun,
  fieldManager,
  output,
  saveConfig,
  showManagedFields,
  template,
  validate,
} from '../../flags/common.ts'

export const flags = {
  'allow-missing-template-keys': allowMissingTemplateKeys,
  'dry-run': dryRun,
  'field-manager': fieldManager('kubectl-create'),
  'max-unavailable': string('Most pods that may be unavailable, as a number or in percent.'),
  'min-available': string('Fewest pods that must be available, as a number or in percent.'),
  output,
  'save-config': saveConfig,
  selector: string("Select by labels, with '=', '==', '!=', 'in', 'notin' and commas."),
  'show-managed-fields': showManagedFields,
  template,
  validate,
} as const

export const definition = command({
  usage: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  aliases: ['pdb'],
  summary: 'Create a pod disruption budget with the specified name',
  flags,
  run: async (invocation) =>
    (await import('../../verbs/create/poddisruptionbudget.ts')).createPoddisruptionbudget(invocation),
})
