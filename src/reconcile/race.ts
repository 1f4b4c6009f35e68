import {hasReason} from '../api/errors.ts'

/** Two writers met, the object came or went, or its namespace is going: expected, and the next look settles it. */
export const isRace = (error: unknown): boolean =>
  hasReason(error, 'Conflict', 'NotFound', 'AlreadyExists') ||
  (hasReason(error, 'Forbidden') &&
    error.details?.causes?.some(({reason}) => reason === 'NamespaceTerminating') === true)
