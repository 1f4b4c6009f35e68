// `/`: what paths there are.
import type {Page} from '../backend.ts'
import {groupsOf} from '../discovery/resources.ts'
import type {KindTable} from '../kind-table.ts'
import {jsonResponse} from '../respond/status.ts'

const fixed = [
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
  '/.well-known/openid-configuration',
]

export const indexPage =
  (kinds: KindTable): Page =>
  (_call, path) => {
    if (path !== '/') return undefined
    const groups = groupsOf(kinds.all()).flatMap(({name, versions}) =>
      name === ''
        ? ['/api', ...versions.map(({version}) => `/api/${version}`)]
        : [`/apis/${name}`, ...versions.map(({version}) => `/apis/${name}/${version}`)],
    )
    return jsonResponse(200, {paths: [...groups, '/apis', '/apis/', ...fixed].sort()})
  }
