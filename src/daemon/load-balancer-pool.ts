import {addressInRange} from './address-in-range.ts'
import type {SettledConfig} from './config.ts'

const POOL_SIZE = 250

/** Simulated clusters have nothing behind their services: those stay pending. */
export const loadBalancerPool = ({runtime, balancerCidrs}: SettledConfig): readonly string[] =>
  runtime === 'simulated'
    ? []
    : balancerCidrs.flatMap((range) =>
        Array.from({length: POOL_SIZE}, (_, at) => addressInRange(range, BigInt(at + 1))),
      )
