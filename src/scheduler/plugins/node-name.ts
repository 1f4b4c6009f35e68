// A pod that names its node goes there or nowhere.
import {type Plugin, rejection} from '../framework.ts'

const NAME = 'NodeName'
const elsewhere = rejection(NAME, "node(s) didn't match the requested node name", {resolvable: false})

export const nodeName: Plugin = {
  name: NAME,
  filter: ({pod}) => {
    const wanted = pod.spec?.nodeName
    return wanted ? {check: (node) => (node.name === wanted ? undefined : elsewhere)} : undefined
  },
  wakes: {'node-added': () => true},
}
