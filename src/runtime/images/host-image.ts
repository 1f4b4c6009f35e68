// The image `host`: this machine's own root, copy on write. It is always there and never pulled.
import {createHash} from 'node:crypto'
import type {RuntimeImage} from './image.ts'

const digest = `sha256:${createHash('sha256').update('host').digest('hex')}`

export const hostImage: RuntimeImage = {
  id: digest,
  repoTags: ['host:latest'],
  repoDigests: [],
  size: 0,
  pinned: true,
  layers: ['/'],
  onHost: true,
  config: {
    entrypoint: [],
    cmd: ['/bin/sh'],
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    user: '',
    workingDir: '/',
    stopSignal: '',
  },
}

const names = new Set(['host', 'host:latest', 'docker.io/library/host', 'docker.io/library/host:latest', digest])

export const isHostImage = (name: string): boolean => names.has(name)
