// The text of one flag as its value, with the complaints Go's parsers have.

import type {Flag} from './definition.ts'
import {parseCsvLine} from './go/csv.ts'
import {parseGoDuration} from './go/duration.ts'

export type Parsed<T> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly reason: string}

const truths = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const lies = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

const parseBool = (text: string): Parsed<boolean> =>
  truths.has(text) || lies.has(text)
    ? {ok: true, value: truths.has(text)}
    : {ok: false, reason: `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`}

/** Go's base prefixes are taken (0x10, 0b1, 0o7, 017), and underscores between digits. */
const wholeNumber = /^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)$/

const toBigInt = (text: string): bigint => {
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '')
  const magnitude = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits)
  return text.startsWith('-') ? -magnitude : magnitude
}

export const parseInteger = (text: string, bits = 64): Parsed<number> => {
  const failed = (why: string): Parsed<number> => ({
    ok: false,
    reason: `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`,
  })
  if (!wholeNumber.test(text)) return failed('invalid syntax')
  const value = toBigInt(text)
  const limit = 1n << BigInt(bits - 1)
  return value >= limit || value < -limit ? failed('value out of range') : {ok: true, value: Number(value)}
}

const parseDuration = (text: string): Parsed<number> => {
  const milliseconds = parseGoDuration(text)
  return typeof milliseconds === 'number' ? {ok: true, value: milliseconds} : {ok: false, reason: milliseconds.reason}
}

export const parseFlagValue = (flag: Flag, text: string, current: unknown, given: boolean): Parsed<unknown> => {
  switch (flag.type) {
    case 'bool':
      return parseBool(text.trim())
    case 'string':
      return flag.check ? flag.check(text) : {ok: true, value: text}
    case 'int':
      return parseInteger(text, flag.bits ?? 64)
    case 'duration':
      return flag.parse ? flag.parse(text) : parseDuration(text)
    case 'list': {
      const more = flag.split ? parseCsvLine(text) : [text]
      if (!Array.isArray(more)) return {ok: false, reason: more.reason}
      // The first use replaces the default.
      return {ok: true, value: given ? [...(current as string[]), ...more] : more}
    }
  }
}
