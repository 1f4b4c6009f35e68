import type {DaemonConfig} from './config.ts'

/** The profile's nodes, counted from 0: `node-1`, `node-2` ... */
export const nodeName = (_config: Pick<DaemonConfig, 'nodes'>, at: number): string => `node-${at + 1}`
