// hostPath volumes: what is there must be what was asked for, or may be made.
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs'

const checks: Readonly<Record<string, (path: string) => string | undefined>> = {
  Directory: (path) => (isKind(path, 'isDirectory') ? undefined : 'is not a directory'),
  File: (path) => (isKind(path, 'isFile') ? undefined : 'is not a file'),
  Socket: (path) => (isKind(path, 'isSocket') ? undefined : 'is not a socket file'),
  CharDevice: (path) => (isKind(path, 'isCharacterDevice') ? undefined : 'is not a character device'),
  BlockDevice: (path) => (isKind(path, 'isBlockDevice') ? undefined : 'is not a block device'),
}

const isKind = (
  path: string,
  kind: 'isDirectory' | 'isFile' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice',
): boolean => existsSync(path) && statSync(path)[kind]()

export const prepareHostPath = (path: string, type: string): void => {
  if (type === 'DirectoryOrCreate') mkdirSync(path, {recursive: true, mode: 0o755})
  if (type === 'FileOrCreate' && !existsSync(path)) writeFileSync(path, '', {mode: 0o644})
  const asked = type.replace('OrCreate', '')
  const problem = checks[asked]?.(path)
  if (problem) throw new Error(`hostPath type check failed: ${path} ${problem}`)
}
