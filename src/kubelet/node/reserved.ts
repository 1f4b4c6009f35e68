// What pods cannot have of a node: reserved by its settings, or below the mark at which pods are evicted. Pure.
import {parseQuantity} from '../../api/meta/quantity.ts'
import type {KubeletConfig} from '../config.ts'
import {amountIn, type Signal, thresholdsOf} from '../eviction/thresholds.ts'

const markOf: Readonly<Record<string, Signal>> = {
  memory: 'memory.available',
  'ephemeral-storage': 'nodefs.available',
}

const amountOf = (list: Readonly<Record<string, string>>, resource: string): number =>
  Number(parseQuantity(list[resource] ?? '0').nanos) / 1e9

export const reservedBy =
  (config: KubeletConfig) =>
  (resource: string, capacity: number): number => {
    const hard = thresholdsOf({...config, evictionSoft: {}}).find(({signal}) => signal === markOf[resource])
    const below = hard ? amountIn(hard.amount, {available: capacity, capacity}) : 0
    return amountOf(config.systemReserved, resource) + amountOf(config.kubeReserved, resource) + below
  }
