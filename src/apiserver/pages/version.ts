import type {Page} from '../backend.ts'
import {methodNotAllowed} from '../errors.ts'
import {jsonResponse} from '../respond/status.ts'

/** The Kubernetes this is. */
export const kubernetesVersion = 'v1.36.2'

const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: kubernetesVersion,
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
}

export const versionPage: Page = (call, path) => {
  if (path !== '/version' && path !== '/version/') return undefined
  if (call.request.method !== 'GET') throw methodNotAllowed()
  return jsonResponse(200, version)
}
