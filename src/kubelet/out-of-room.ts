/** A disk that is full, or whose quota is. */
export const isOutOfRoom = (error: unknown): boolean => {
  const {cause, code} = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' || (cause !== undefined && isOutOfRoom(cause))
}
