const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** As docker prints sizes: four digits at most, powers of a thousand. */
export const humanSize = (bytes: number): string => {
  let [size, unit] = [bytes, 0]
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${Number(size.toPrecision(4))}${units[unit]}`
}
