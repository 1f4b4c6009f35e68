// Formats that a schema may ask of strings, as Kubernetes checks them. Unknown formats ask for nothing.
import {isIPv4, isIPv6} from 'node:net'
import {dnsLabel, dnsSubdomain} from '../meta/names.ts'
import {canonicalTime} from '../meta/time.ts'

const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text)

const isTime = (text: string): boolean => {
  try {
    canonicalTime(text)
    return true
  } catch {
    // Any complaint means the same here.
    return false
  }
}

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && isTime(`${text}T00:00:00Z`)

const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/')
  const limit = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  return rest.length === 0 && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= limit
}

const uuid = (version: string): ((text: string) => boolean) =>
  matches(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i'))

/** Names of units; a longer word may begin with the last of them. */
const units: readonly (readonly string[])[] = [
  ['ns', 'nano'],
  ['us', '\u00b5s', 'micro'],
  ['ms', 'milli'],
  ['s', 'sec'],
  ['m', 'min'],
  ['h', 'hr', 'hour'],
  ['d', 'day'],
  ['w', 'wk', 'week'],
]

const isUnit = (word: string): boolean =>
  units.some((names) => names.includes(word) || word.startsWith(names.at(-1) ?? ''))

const goDuration = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$|^[-+]?0$/

/** As Go writes it, or in words: `5 days`. */
const isDuration = (text: string): boolean =>
  goDuration.test(text) ||
  [...text.matchAll(/\d+\s*([A-Za-z\u00b5]+)/g)].some(([, word = '']) => isUnit(word.toLowerCase()))

const formats: {readonly [name: string]: (text: string) => boolean} = {
  'date-time': isTime,
  datetime: isTime,
  date: isDate,
  duration: isDuration,
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  cidr: isCidr,
  mac: matches(/^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i),
  hostname: matches(
    /^(?=.{1,255}$)(?!.*\.\.)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i,
  ),
  uri: matches(/^[a-z][a-z0-9+.-]*:\S*$|^\/\S*$/i),
  email: matches(/^[^\s@]+@[^\s@]+$/),
  uuid: uuid('[0-9a-f]'),
  uuid3: uuid('3'),
  uuid4: uuid('4'),
  uuid5: uuid('5'),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  hexcolor: matches(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i),
  bsonobjectid: matches(/^[0-9a-f]{24}$/i),
  isbn10: matches(/^(?:\d{9}X|\d{10})$/),
  isbn13: matches(/^\d{13}$/),
  isbn: matches(/^(?:\d{9}X|\d{10}|\d{13})$/),
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  creditcard: matches(
    /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/,
  ),
  rgbcolor: matches(
    /^rgb\(\s*(?:[01]?\d?\d|2[0-4]\d|25[0-5])\s*,\s*(?:[01]?\d?\d|2[0-4]\d|25[0-5])\s*,\s*(?:[01]?\d?\d|2[0-4]\d|25[0-5])\s*\)$/,
  ),
  'k8s-short-name': (text) => dnsLabel(text).length === 0,
  'k8s-long-name': (text) => dnsSubdomain(text).length === 0,
}

export const hasFormat = (text: string, format: string): boolean =>
  Object.hasOwn(formats, format) ? (formats[format]?.(text) ?? true) : true
