// Everything that runs in the daemon beside the API server, in the order it starts; it stops in reverse.
// A component is a line here: when it is wanted, and what it runs until its signal.
import type {Component} from './component.ts'
import {containerRuntimes} from './components/container-runtimes.ts'
import {containerd} from './components/containerd.ts'
import {controllers} from './components/controllers.ts'
import {dns} from './components/dns.ts'
import {hostDns} from './components/host-dns.ts'
import {ingress} from './components/ingress.ts'
import {kubelets} from './components/kubelets.ts'
import {metrics} from './components/metrics.ts'
import {proxy} from './components/proxy.ts'
import {scheduler} from './components/scheduler.ts'
import {serviceRanges} from './components/service-ranges.ts'
import {simulatedNodes} from './components/simulated-nodes.ts'

export const components: readonly Component[] = [
  controllers,
  scheduler,
  simulatedNodes,
  serviceRanges,
  proxy,
  dns,
  hostDns,
  ingress,
  containerRuntimes,
  containerd,
  kubelets,
  metrics,
]
