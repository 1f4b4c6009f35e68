// math.*
import {declare, type FunctionDecl, type Signatures} from '../language/environment.ts'
import {compare} from '../values/compare.ts'
import {intOf, Uint, uintOf} from '../values/numbers.ts'

const best =
  (sign: number) =>
  (...values: readonly unknown[]): unknown =>
    values.reduce((kept, value) => (compare(value, kept) * sign > 0 ? value : kept))

const numbers = ['int', 'uint', 'double'] as const

const extreme = (name: string, sign: number): FunctionDecl => {
  const pick = best(sign)
  const signatures: Record<string, Signatures[string]> = {}
  for (const a of numbers) {
    signatures[`${name}_${a}`] = [`(${a}) -> ${a}`, pick]
    signatures[`${name}_list_${a}`] = [`(list(${a})) -> ${a}`, (list: readonly unknown[]) => pick(...list)]
    for (const b of numbers) signatures[`${name}_${a}_${b}`] = [`(${a}, ${b}) -> ${a === b ? a : 'dyn'}`, pick]
  }
  signatures[`${name}_list_dyn`] = ['(list(dyn)) -> dyn', (list: readonly unknown[]) => pick(...list)]
  return declare(name, signatures)
}

const onDouble = (name: string, run: (value: number) => unknown, result = 'double'): FunctionDecl =>
  declare(`math.${name}`, {[`math_${name}_double`]: [`(double) -> ${result}`, run]})

const half = (value: number): number => Math.sign(value) * Math.round(Math.abs(value))

const bits = (name: string, run: (a: bigint, b: bigint) => bigint): FunctionDecl =>
  declare(`math.${name}`, {
    [`math_${name}_int_int`]: ['(int, int) -> int', (a: bigint, b: bigint) => BigInt.asIntN(64, run(a, b))],
    [`math_${name}_uint_uint`]: [
      '(uint, uint) -> uint',
      (a: Uint, b: Uint) => new Uint(BigInt.asUintN(64, run(a.value, b.value))),
    ],
  })

const shift = (name: string, run: (a: bigint, b: bigint) => bigint): FunctionDecl =>
  declare(`math.${name}`, {
    [`math_${name}_int_int`]: [
      '(int, int) -> int',
      (a: bigint, b: bigint) => BigInt.asIntN(64, run(BigInt.asUintN(64, a), b)),
    ],
    [`math_${name}_uint_int`]: [
      '(uint, int) -> uint',
      (a: Uint, b: bigint) => new Uint(BigInt.asUintN(64, run(a.value, b))),
    ],
  })

export const math: readonly FunctionDecl[] = [
  extreme('math.@max', 1),
  extreme('math.@min', -1),
  onDouble('ceil', Math.ceil),
  onDouble('floor', Math.floor),
  onDouble('round', half),
  onDouble('trunc', Math.trunc),
  onDouble('isInf', (value) => Math.abs(value) === Number.POSITIVE_INFINITY, 'bool'),
  onDouble('isNaN', Number.isNaN, 'bool'),
  onDouble('isFinite', Number.isFinite, 'bool'),
  declare('math.abs', {
    math_abs_double: ['(double) -> double', Math.abs],
    math_abs_int: ['(int) -> int', (value: bigint) => intOf(value < 0n ? -value : value)],
    math_abs_uint: ['(uint) -> uint', (value: Uint) => value],
  }),
  declare('math.sign', {
    math_sign_double: ['(double) -> double', Math.sign],
    math_sign_int: ['(int) -> int', (value: bigint) => (value < 0n ? -1n : value > 0n ? 1n : 0n)],
    math_sign_uint: ['(uint) -> uint', ({value}: Uint) => uintOf(value > 0n ? 1n : 0n)],
  }),
  declare('math.sqrt', {
    math_sqrt_double: ['(double) -> double', Math.sqrt],
    math_sqrt_int: ['(int) -> double', (value: bigint) => Math.sqrt(Number(value))],
    math_sqrt_uint: ['(uint) -> double', ({value}: Uint) => Math.sqrt(Number(value))],
  }),
  bits('bitAnd', (a, b) => a & b),
  bits('bitOr', (a, b) => a | b),
  bits('bitXor', (a, b) => a ^ b),
  declare('math.bitNot', {
    math_bitNot_int_int: ['(int) -> int', (value: bigint) => ~value],
    math_bitNot_uint_uint: ['(uint) -> uint', ({value}: Uint) => new Uint(BigInt.asUintN(64, ~value))],
  }),
  shift('bitShiftLeft', (a, b) => (b > 63n ? 0n : a << b)),
  shift('bitShiftRight', (a, b) => (b > 63n ? 0n : a >> b)),
  declare('base64.encode', {
    base64_encode_bytes: ['(bytes) -> string', (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')],
  }),
  declare('base64.decode', {
    base64_decode_string: ['(string) -> bytes', (text: string) => new Uint8Array(Buffer.from(text, 'base64'))],
  }),
]
