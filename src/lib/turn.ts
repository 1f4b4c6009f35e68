// Giving others a turn: a long run of microtasks starves sockets and timers.

/** Settles after the event loop has served what is waiting. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
