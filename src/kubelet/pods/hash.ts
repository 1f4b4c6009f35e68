// The fingerprint of a container's specification: a container whose specification changed is made anew.
import {createHash} from 'node:crypto'
import type {PodContainer, PodEphemeral} from './types.ts'

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

/** Resources are resized in place and do not count. */
export const containerHash = ({resources: _, ...rest}: PodContainer | PodEphemeral): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted({name: rest.name, image: rest.image})))
    .digest('hex')
    .slice(0, 16)
