import {addressInRange} from './address-in-range.ts'
import type {DaemonConfig} from './config.ts'

/** Where services of type LoadBalancer get their addresses: local to this machine, in nobody's way. */
export const loadBalancerRange = '10.95.255.0/24'

/** Simulated clusters have nothing behind their services: those stay pending. */
export const loadBalancerPool = ({runtime}: DaemonConfig): readonly string[] =>
  runtime === 'simulated' ? [] : Array.from({length: 250}, (_, at) => addressInRange(loadBalancerRange, BigInt(at + 1)))
