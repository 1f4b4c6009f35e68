/** The profile's nodes, counted from 1: `node-1`, `node-2` ... */
export const nodeName = (number: number): string => `node-${number}`
