import {STATUS_CODES} from 'node:http'

export const statusText = (code: number): string => STATUS_CODES[code] ?? ''
