// Shows a page on the desktop of whoever sits here; says false where there is none.
import {spawn} from 'node:child_process'
import {once} from 'node:events'

const programOf = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  if (process.platform === 'darwin') return 'open'
  return env.DISPLAY || env.WAYLAND_DISPLAY ? env.BROWSER || 'xdg-open' : undefined
}

export const openInBrowser = async (
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> => {
  const program = programOf(env)
  if (program === undefined) return false
  const child = spawn(program, [url], {detached: true, stdio: 'ignore'})
  child.unref()
  try {
    await once(child, 'spawn')
    return true
  } catch {
    // Not installed: the address was printed, that has to do.
    return false
  }
}
