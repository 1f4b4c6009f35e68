import {hasReason} from '../../api/errors.ts'

/** Refused because the namespace is being deleted: nobody needs to be told, and trying again is of no use. */
export const isNamespaceGoing = (error: unknown): boolean =>
  hasReason(error, 'Forbidden') && error.details?.causes?.some(({reason}) => reason === 'NamespaceTerminating') === true

/** For `.catch(...)` of what is created in every namespace. */
export const unlessThereOrGoing = (error: unknown): undefined => {
  if (hasReason(error, 'AlreadyExists', 'NotFound') || isNamespaceGoing(error)) return undefined
  throw error
}
