import type {Invocation} from '../invocation.ts'
import type {TrafficLog} from './traffic-log.ts'

/** Loaded only by who asked for it with -v. */
export const trafficLogFor = async (
  {globals, io}: Pick<Invocation, 'globals' | 'io'>,
  server: string,
): Promise<TrafficLog | undefined> =>
  globals.v >= 6 ? (await import('./traffic-log.ts')).createTrafficLog(io, globals.v, server) : undefined
