// What all generators do: build one object, create it or only print it.
import {ApiError} from '../../../api/errors.ts'
import {apiVersionOf, type Resource} from '../../../api/resource.ts'
import {withCause} from '../../change-cause.ts'
import type {Connection} from '../../connection/connection.ts'
import {dryRunOf, withDryRun} from '../../dry-run.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {lastAppliedKey} from '../../last-applied.ts'
import {nameOf, type Obj, stringsAt} from '../../objects.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {fieldValidationOf} from '../../validation.ts'
import {createObject} from '../../write-object.ts'

export interface GeneratorFlags {
  readonly 'allow-missing-template-keys': boolean
  readonly 'dry-run': string
  readonly 'field-manager': string
  readonly output: string
  readonly 'save-config': boolean
  readonly 'show-managed-fields': boolean
  readonly template: string
  readonly validate: string
}

export type Generator<F = object> = Omit<Invocation, 'flags'> & {readonly flags: GeneratorFlags & F}

/** NAME, and nothing else before `--`. */
export const oneName = (invocation: Pick<Invocation, 'args' | 'argsBeforeDash' | 'program' | 'words'>): string => {
  const names = invocation.argsBeforeDash < 0 ? invocation.args : invocation.args.slice(0, invocation.argsBeforeDash)
  const [name] = names
  if (names.length !== 1 || name === undefined)
    throw usageMistake(invocation, `exactly one NAME is required, got ${names.length}`)
  return name
}

export const argsAfterDash = ({
  args,
  argsBeforeDash,
}: Pick<Invocation, 'args' | 'argsBeforeDash'>): readonly string[] =>
  argsBeforeDash < 0 ? args.slice(1) : args.slice(argsBeforeDash)

export interface Generated {
  readonly resource: Resource
  /** Without apiVersion and kind. */
  readonly object: Obj
  /** `failed to create configmap: ` before the server's words; absent: the server's error as it is. */
  readonly failure?: string
}

/** In the order of the type's fields, as it is encoded. */
const identified = ({resource, object: {metadata, ...content}}: Generated): Obj => ({
  kind: resource.kind,
  apiVersion: apiVersionOf(resource),
  metadata,
  ...content,
})

/** The annotation of --save-config: without a trace of empty fields, in the order of the type. */
const withSavedConfig = (object: Obj): Obj => {
  const {metadata, ...content} = object
  const text = `${JSON.stringify(object)}\n`
  const annotations = {...stringsAt(object, 'metadata', 'annotations'), [lastAppliedKey]: text}
  const {kind, apiVersion, ...rest} = content
  return {kind, apiVersion, metadata: {...(metadata as Obj), annotations}, ...rest}
}

/** The words of the server behind those of the command. */
export const failedTo = (error: unknown, words: string | undefined): unknown =>
  words !== undefined && error instanceof ApiError ? new Error(`${words}${error.message}`, {cause: error}) : error

export const createGenerated = async (invocation: Generator, generated: Generated, done = 'created'): Promise<void> => {
  const {flags, io} = invocation
  const dryRun = dryRunOf(flags['dry-run'])
  const fieldValidation = fieldValidationOf(flags.validate)
  const print = await createResultPrinter({
    io,
    output: flags.output,
    template: flags.template,
    allowMissing: flags['allow-missing-template-keys'],
    showManagedFields: flags['show-managed-fields'],
    keepOrder: true,
  })
  const {resource, failure} = generated
  let object = withCause(identified(generated), invocation)
  const connection: Connection | undefined =
    dryRun === 'client' && !invocation.given('namespace') ? undefined : await invocation.connect()
  if (connection?.namespaceGiven && resource.namespaced)
    object = {...object, metadata: {...(object.metadata as Obj), namespace: connection.namespace}}
  if (flags['save-config']) object = withSavedConfig(object)
  if (dryRun !== 'client') {
    const {client, namespace} = connection ?? (await invocation.connect())
    try {
      object = await createObject(
        client,
        {resource, namespace: resource.namespaced ? namespace : '', name: nameOf(object)},
        object,
        {dryRun, fieldManager: flags['field-manager'], fieldValidation},
      )
    } catch (error) {
      throw failedTo(error, failure)
    }
  }
  io.out(print(object, withDryRun(done, dryRun)))
}
