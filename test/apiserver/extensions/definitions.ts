// Definitions of custom kinds for tests.
import type {TestServer} from '../test-server.ts'

export const widgets = (schema: object, more: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {name: 'widgets.example.com'},
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: {plural: 'widgets', kind: 'Widget', shortNames: ['wd']},
    versions: [{name: 'v1', served: true, storage: true, schema: {openAPIV3Schema: schema}, ...more}],
  },
})

export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
export const path = '/apis/example.com/v1/namespaces/default/widgets'

export const widget = (name: string, spec: unknown) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: {name},
  spec,
})

interface Conditions {
  readonly status?: {readonly conditions?: readonly {readonly type: string; readonly status: string}[]}
}

/** Asks until the answer is as it should be. */
export const eventually = async <T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> => {
  const end = Date.now() + 5000
  for (;;) {
    const answer = await ask()
    if (isDone(answer)) return answer
    if (Date.now() > end) throw new Error(`it stays ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export const isEstablished = ({status}: Conditions): boolean =>
  status?.conditions?.some(({type, status: is}) => type === 'Established' && is === 'True') ?? false

export const install = async (server: TestServer, crd: {readonly metadata: {readonly name: string}}): Promise<void> => {
  const made = await server.ask(definitions, {method: 'POST', body: crd})
  if (made.status !== 201) throw new Error(made.text)
  const name = crd.metadata.name
  await eventually(
    () => server.ask<Conditions>(`${definitions}/${name}`),
    ({json}) => isEstablished(json),
  )
}
