// The order of keys in YAML output: letters by code, digits by their value, other signs before letters.

const isLetter = (char: string): boolean => /\p{L}/u.test(char)
const isDigit = (char: string): boolean => /\p{Nd}/u.test(char)

const numberAt = (chars: readonly string[], from: number, carry: number): {value: number; end: number} => {
  let value = carry
  let end = from
  while (end < chars.length && isDigit(chars[end] ?? '')) value = value * 10 + Number(chars[end++])
  return {value, end}
}

/** Whether the digits before `at` are more than zeros: then a zero at `at` counts. */
const hasDigitsBefore = (chars: readonly string[], at: number): boolean => {
  for (let index = at - 1; index >= 0 && isDigit(chars[index] ?? ''); index--) if (chars[index] !== '0') return true
  return false
}

export const compareKeys = (one: string, other: string): number => {
  const a = [...one]
  const b = [...other]
  let digits = false
  for (let at = 0; at < a.length && at < b.length; at++) {
    const left = a[at] ?? ''
    const right = b[at] ?? ''
    if (left === right) {
      digits = isDigit(left)
      continue
    }
    const leftLetter = isLetter(left)
    const rightLetter = isLetter(right)
    if (leftLetter && rightLetter) return left < right ? -1 : 1
    if (leftLetter || rightLetter) return (digits ? leftLetter : rightLetter) ? -1 : 1
    const carry = (left === '0' || right === '0') && hasDigitsBefore(a, at) ? 1 : 0
    const leftNumber = numberAt(a, at, carry)
    const rightNumber = numberAt(b, at, carry)
    if (leftNumber.value !== rightNumber.value) return leftNumber.value - rightNumber.value
    if (leftNumber.end !== rightNumber.end) return leftNumber.end - rightNumber.end
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
