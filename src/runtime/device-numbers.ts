// Devices by their numbers, as the kernel and OCI runtimes know them.
import {statSync} from 'node:fs'
import type {Received} from '../lib/cri/messages.ts'

const TYPE = 0o170000
const BLOCK = 0o060000

export interface DeviceNumbers {
  readonly type: 'b' | 'c'
  readonly major: number
  readonly minor: number
  readonly mode: number
}

export const deviceNumbers = (path: string): DeviceNumbers => {
  const {mode, rdev} = statSync(path)
  return {
    type: (mode & TYPE) === BLOCK ? 'b' : 'c',
    // As glibc packs them.
    major: (rdev >> 8) & 0xfff,
    minor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00),
    mode: mode & 0o777,
  }
}

/** A line of a control group's list. */
export const deviceRule = ({hostPath, permissions}: Received<'Device'>): string => {
  const {major, minor, type} = deviceNumbers(hostPath)
  return `${type} ${major}:${minor} ${permissions || 'rwm'}`
}
