/** A time as objects carry it: whole seconds. */
export const timestamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`

export const timeMs = (text: string | undefined | null): number => (text ? Date.parse(text) : Number.NaN)
