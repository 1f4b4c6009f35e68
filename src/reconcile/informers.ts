// The informers of a process: one a resource, started when first asked for, ended with the signal.
import type {KubeObject} from '../api/object.ts'
import {pathOf, type Resource} from '../api/resource.ts'
import type {Informer, InformerSource} from './contract.ts'
import {type InformerOptions, ResourceInformer} from './informer.ts'

export interface Informers extends InformerSource {
  /** The informer if somebody asked for it before. */
  peek(resource: Resource): ResourceInformer<KubeObject> | undefined
  /** Settles after the signal was aborted and every informer has stopped. */
  stopped(): Promise<void>
}

interface Running {
  readonly informer: ResourceInformer<KubeObject>
  readonly stop: AbortController
  readonly done: Promise<void>
}

export const createInformers = (options: InformerOptions): Informers => {
  const running = new Map<string, Running>()

  const start = <T extends KubeObject>(resource: Resource<T>): ResourceInformer<T> => {
    const stop = new AbortController()
    const signal = AbortSignal.any([options.signal, stop.signal])
    const informer = new ResourceInformer(resource, {...options, signal})
    const entry = {informer: informer as unknown as ResourceInformer<KubeObject>, stop, done: informer.run()}
    running.set(pathOf(resource), entry)
    return informer
  }
  return {
    informer: <T extends KubeObject>(resource: Resource<T>): Informer<T> =>
      (running.get(pathOf(resource))?.informer as unknown as Informer<T> | undefined) ?? start(resource),
    peek: (resource) => running.get(pathOf(resource))?.informer,
    forget: (resource) => {
      running.get(pathOf(resource))?.stop.abort(new Error('the resource is gone'))
      running.delete(pathOf(resource))
    },
    stopped: async () => {
      await Promise.all([...running.values()].map(({done}) => done))
    },
  }
}
