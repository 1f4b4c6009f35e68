/** A process that has ended already is no error; no pid at all is none either. */
export const killPid = (pid: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  if (!(pid > 0)) return
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
