// One line that says what is waited for, drawn over itself: on people's terminals only, and never as kubectl.
import type {Invocation} from '../invocation.ts'

export interface LiveLine extends Disposable {
  show(text: string): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100
const CLEAR = '\r\u001b[K'

const nothing: LiveLine = {show: () => {}, [Symbol.dispose]: () => {}}

export const liveLine = ({io, program}: Pick<Invocation, 'io' | 'program'>): LiveLine => {
  if (program === 'kubectl' || !io.isTerminal.err || !io.isTerminal.out || io.env.TERM === 'dumb') return nothing
  const startedAt = io.now()
  let frame = 0
  let text = ''
  const draw = (): void => {
    if (text === '') return
    const seconds = Math.floor((io.now() - startedAt) / 1000)
    const line = `${frames[frame++ % frames.length]} ${text}${seconds > 0 ? ` (${seconds}s)` : ''}`
    // A line that breaks could not be drawn over.
    io.err(CLEAR + line.slice(0, (process.stdout.columns || 80) - 1))
  }
  const clear = (): void => {
    if (text !== '') io.err(CLEAR)
    text = ''
  }
  const timer = setInterval(draw, FRAME_MS)
  timer.unref()
  process.once('exit', clear)
  return {
    show: (next) => {
      text = next
      draw()
    },
    [Symbol.dispose]: () => {
      clearInterval(timer)
      clear()
      process.off('exit', clear)
    },
  }
}
