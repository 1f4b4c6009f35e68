import {hasReason} from '../api/errors.ts'

/** Two writers met, or the object came or went meanwhile: expected, and the next look settles it. */
export const isRace = (error: unknown): boolean => hasReason(error, 'Conflict', 'NotFound', 'AlreadyExists')
