import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {qualifiedName} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {CoreEvent, EventsEvent} from '../../schema/types.gen.ts'
import {checkName, immutable} from '../checks.ts'
import {toCoreEvent} from '../events/conversion.ts'

const mismatch = 'does not match event.namespace'

const checkNamespace = (event: CoreEvent, errors: FieldErrors): void => {
  const about = event.involvedObject?.namespace ?? ''
  const own = event.metadata?.namespace ?? ''
  const homes = event.eventTime ? ['default', 'kube-system'] : ['', 'default']
  if (about === '' ? !homes.includes(own) : !event.eventTime && about !== own)
    errors.invalid('involvedObject.namespace', about, mismatch)
}

const longestNote = 1024

/** Events with a time of their own have to say who reports them, and why. */
const validateTimed = (event: CoreEvent, errors: FieldErrors): void => {
  if (!event.reportingComponent) errors.required('reportingController')
  else checkName(qualifiedName, event.reportingComponent, 'reportingController', errors)
  if (!event.reportingInstance) errors.required('reportingInstance')
  else if (event.reportingInstance.length > 128)
    errors.invalid('reportingInstance', '', 'can have at most 128 characters')
  if (!event.action) errors.required('action')
  else if (event.action.length > 128) errors.invalid('action', '', 'can have at most 128 characters')
  if (!event.reason) errors.required('reason')
  else if (event.reason.length > 128) errors.invalid('reason', '', 'can have at most 128 characters')
  if ((event.message ?? '').length > longestNote) errors.invalid('message', '', 'can have at most 1024 characters')
}

const validate = (event: CoreEvent, errors: FieldErrors): void => {
  checkNamespace(event, errors)
  if (event.eventTime) validateTimed(event, errors)
}

export const eventStrategy: Strategy<CoreEvent> = {validate, createOnUpdate: true}

const fixed = ['regarding', 'reason', 'action', 'reportingController', 'reportingInstance', 'type', 'note'] as const

export const groupedEventStrategy: Strategy<EventsEvent> = {
  validate: (event, errors) => {
    if (!event.eventTime) errors.required('eventTime')
    if (event.type !== 'Normal' && event.type !== 'Warning')
      errors.invalid('type', '', `has invalid value: ${event.type ?? ''}`)
    validate(toCoreEvent(event), errors)
  },
  validateOnlyUpdate: true,
  validateUpdate: (event, old, errors) => {
    for (const field of fixed)
      if (!isSame(event[field] || undefined, old[field] || undefined))
        errors.invalid(field, event[field] ?? '', immutable)
  },
  createOnUpdate: true,
}
