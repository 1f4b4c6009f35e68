// Lines of kubectl's own log: `W1121 08:52:25.142069    4376 prune.go:71] …`.

const two = (value: number): string => String(value).padStart(2, '0')

/** Level, month and day, time, process: what stands before the place in the source. */
export const logHead = (level: 'I' | 'W' | 'E', now: number): string => {
  const at = new Date(now)
  const day = `${two(at.getMonth() + 1)}${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}000`
  return `${level}${day} ${time} ${String(process.pid).padStart(7)}`
}
