// A real terminal for a test: a shell in tmux, keys typed into it, and the screen as a person sees it.
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {debianPackage} from './debian.ts'
import {tempFolder} from './temp.ts'
import {until} from './until.ts'

const run = promisify(execFile)

export interface Terminal extends AsyncDisposable {
  /** Types the text as it is; `keys` presses keys by tmux's names, such as `Enter` and `C-c`. */
  type(text: string): Promise<void>
  keys(...names: readonly string[]): Promise<void>
  /** Types a line and presses Enter. */
  enter(line: string): Promise<void>
  /** What stands on the screen and above it, without blanks at the ends of lines. */
  screen(): Promise<string>
  /** With colours, as escape sequences. */
  colours(): Promise<string>
  resize(columns: number, rows: number): Promise<void>
  /** The screen once it shows this. */
  shows(what: string | RegExp, timeoutMs?: number): Promise<string>
  /** Runs a line to its end; what it wrote and its exit code. */
  run(line: string, timeoutMs?: number): Promise<{readonly text: string; readonly code: number}>
  /** Runs nothing, but waits until the line that was entered last has ended. */
  ended(timeoutMs?: number): Promise<{readonly text: string; readonly code: number}>
  /** An empty screen with nothing above it. */
  clear(): Promise<void>
}

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string>>
  readonly shell?: readonly string[]
  readonly columns?: number
  readonly rows?: number
}

/** What the shell writes before it asks for a line: the number of the prompt and the exit code of the line before. */
const prompt = String.raw`\[\e[0m\][$((++lines)):$?]\$ `
const atPrompt = /\[(\d+):(\d+)\][$#]$/

const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()

export const openTerminal = async ({env, columns = 120, rows = 40}: TerminalOptions): Promise<Terminal> => {
  const {program, env: withLibraries} = await debianPackage('tmux')
  const folder = tempFolder('mini-tmux-')
  const socket = join(folder.path, 'socket')
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const {stdout} = await run(program('tmux'), ['-S', socket, '-f', '/dev/null', ...args], {
      env: {...withLibraries, LANG: 'C.UTF-8', TERM: 'xterm-256color'},
    })
    return stdout
  }
  const shellEnv = {...env, TERM: 'screen-256color', PS1: prompt, LANG: 'C.UTF-8', IGNOREEOF: '99'}
  await tmux(
    ...['new-session', '-d', '-x', String(columns), '-y', String(rows)],
    ...['env', '-i', ...Object.entries(shellEnv).map(([name, value]) => `${name}=${value}`)],
    ...['bash', '--norc', '--noprofile', '-i'],
  )
  const screen = async (): Promise<string> => trimmed(await tmux('capture-pane', '-p', '-J', '-S', '-'))
  const shows: Terminal['shows'] = async (what, timeoutMs = 10_000) => {
    let last = ''
    const isThere = async (): Promise<boolean> => {
      last = await screen()
      return typeof what === 'string' ? last.includes(what) : what.test(last)
    }
    await until(`${what} on the screen`, isThere, {timeoutMs}).catch((error: Error) => {
      throw new Error(`${error.message}; it shows:\n${last}`)
    })
    return last
  }
  const type = async (text: string): Promise<void> => void (await tmux('send-keys', '-l', '--', text))
  const keys: Terminal['keys'] = async (...names) => void (await tmux('send-keys', ...names))
  const clear = async (): Promise<void> => {
    await tmux('send-keys', '-R')
    await keys('C-l')
    await tmux('clear-history')
  }
  let begun = 0
  const lastPrompt = (text: string): RegExpExecArray | null => atPrompt.exec(text.slice(text.lastIndexOf('\n') + 1))
  const promptAfter = async (number: number, timeoutMs: number): Promise<{text: string; code: number}> => {
    let text = ''
    const code = await until(
      'the command to end',
      async () => {
        text = await screen()
        const found = lastPrompt(text)
        return found && Number(found[1]) > number ? {value: Number(found[2])} : undefined
      },
      {timeoutMs},
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it shows:\n${text}`)
    })
    const start = text.lastIndexOf(`[${number}:`)
    const own = text.slice(text.indexOf('\n', start) + 1, text.lastIndexOf('\n') + 1)
    return {text: own, code: code.value}
  }
  const enter: Terminal['enter'] = async (line) => {
    begun = Number(lastPrompt(await screen())?.[1] ?? begun)
    await type(line)
    await keys('Enter')
  }
  const ended: Terminal['ended'] = (timeoutMs = 10_000) => promptAfter(begun, timeoutMs)
  await until('the shell', async () => lastPrompt(await screen()))
  return {
    type,
    keys,
    enter,
    screen,
    colours: () => tmux('capture-pane', '-p', '-e', '-J', '-S', '-'),
    resize: async (width, height) => void (await tmux('resize-window', '-x', String(width), '-y', String(height))),
    shows,
    ended,
    run: async (line, timeoutMs) => {
      await enter(line)
      return ended(timeoutMs)
    },
    clear,
    [Symbol.asyncDispose]: async () => {
      await tmux('kill-server').catch(() => undefined)
      folder[Symbol.dispose]()
    },
  }
}
