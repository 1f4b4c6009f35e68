// An object in another version of its kind: to the version it is kept in, and from there.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import {storedForm} from './commit.ts'
import {copyOf} from './freeze.ts'

/** What is stored as `kind` shows it. Takes a private copy. */
export const shownAs = async (stored: KubeObject, {resource, storage}: Kind): Promise<KubeObject> => {
  if (!storage) return stored
  const apiVersion = apiVersionOf(resource)
  if (!storage.convert || stored.apiVersion === apiVersion)
    return {...storage.fromStored(stored), kind: resource.kind, apiVersion}
  const [converted] = await storage.convert([stored], apiVersion)
  return storage.fromStored(converted ?? stored)
}

/** A private copy. */
export const convertObject = async (object: KubeObject, from: Kind, to: Kind): Promise<KubeObject> => {
  if (from === to) return copyOf(object)
  const {kind, apiVersion} = object
  const complete = {
    ...copyOf(object),
    kind: kind ?? from.resource.kind,
    apiVersion: apiVersion ?? apiVersionOf(from.resource),
  }
  return shownAs(await storedForm(from, complete), to)
}
