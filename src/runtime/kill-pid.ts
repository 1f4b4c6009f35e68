/** A process that has ended already is no error; no pid at all is none either. */
export const killPid = (pid: number, signal: NodeJS.Signals = 'SIGKILL'): void => {
  if (pid > 0) send(pid, signal)
}

/** Everything that a process started and that stayed in its group. */
export const killGroup = (leader: number): void => {
  if (leader > 1) send(-leader, 'SIGKILL')
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
