// Writing keys that come from outside: `__proto__` is a key like any other.

export const setOwn = (object: object, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(object, key, {value, enumerable: true, configurable: true, writable: true})
  else (object as Record<string, unknown>)[key] = value
}

export const getOwn = (object: object, key: string): unknown =>
  Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
