/** Whether an error carries one of Node's or SQLite's codes (`ENOENT`, `SQLITE_FULL`). */
export const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))
