// Times as the API writes them: whole seconds, UTC.

export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
