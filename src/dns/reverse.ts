// Names that say an address backwards, for questions about who has it.
import {isIP} from 'node:net'

const GROUPS = 8
const V4 = '.in-addr.arpa'
const V6 = '.ip6.arpa'

/** `4.3.2.1.in-addr.arpa`; for IPv6 its 32 digits under ip6.arpa. */
export const reverseName = (address: string): string => {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}${V4}`
  const [head = '', tail = ''] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Array<string>(GROUPS - left.length - right.length).fill('0') : []
  const digits = [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')
  return `${[...digits].reverse().join('.')}${V6}`
}

/** The address a name is about; undefined: it is about none. */
export const reversedAddress = (name: string): string | undefined => {
  if (name.endsWith(V4)) {
    const address = name.slice(0, -V4.length).split('.').reverse().join('.')
    return isIP(address) === 4 ? address : undefined
  }
  if (!name.endsWith(V6)) return undefined
  const digits = name.slice(0, -V6.length).split('.').reverse()
  if (digits.length !== GROUPS * 4 || digits.some((digit) => digit.length !== 1)) return undefined
  const address = Array.from({length: GROUPS}, (_, at) => digits.slice(at * 4, at * 4 + 4).join('')).join(':')
  return isIP(address) === 6 ? address : undefined
}
