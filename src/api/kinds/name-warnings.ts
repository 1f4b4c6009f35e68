// Names that are allowed, but become parts of host names.
import {dnsLabel} from '../meta/names.ts'

const text = 'which can result in surprising behavior; a DNS label is recommended'

export const hostnameWarnings = (name: string | undefined): string[] => {
  const complaints = dnsLabel(name ?? '')
  return complaints.length > 0
    ? [`metadata.name: this is used in the Pod's hostname, ${text}: [${complaints.join(' ')}]`]
    : []
}

export const podNameWarnings = (name: string | undefined): string[] => {
  const complaints = dnsLabel(name ?? '')
  return complaints.length > 0
    ? [`metadata.name: this is used in Pod names and hostnames, ${text}: [${complaints.join(' ')}]`]
    : []
}
