// A host port is taken once on a node.
import {type Plugin, rejection} from '../framework.ts'

const NAME = 'NodePorts'
const taken = rejection(NAME, "node(s) didn't have free ports for the requested pod ports", {resolvable: true})

export const nodePorts: Plugin = {
  name: NAME,
  filter: ({ports}) =>
    ports.length === 0
      ? undefined
      : {check: (node) => (ports.some((port) => node.isPortTaken(port)) ? taken : undefined)},
  wakes: {
    'node-added': () => true,
    'pod-gone': ({ports}, event) =>
      event.kind === 'pod-gone' && event.pod.ports.some(({port}) => ports.some((wanted) => wanted.port === port)),
  },
}
