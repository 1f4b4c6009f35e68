// Facts recorded from the real server: test/fixtures/recorded.
import {readFileSync} from 'node:fs'

export const recorded = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/recorded/${name}.json`, import.meta.url), 'utf8')) as T
