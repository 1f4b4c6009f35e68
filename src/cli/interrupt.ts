// Ctrl-C as kubectl takes it: a command that waits for the cluster ends with exit code 1; any other dies of the signal.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** From here on a signal ends the program with exit code 1. Node gives the terminal back on its way out. */
export const failOnInterrupt = (): void => {
  for (const signal of signals) process.once(signal, () => process.exit(1))
}
