import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseBigJson} from '../../src/cli/big-json.ts'
import {documentsIn} from '../../src/cli/input/documents.ts'
import {compactJson} from '../../src/cli/output/json.ts'
import {readYaml} from '../../src/cli/yaml/read.ts'
import {writeYaml} from '../../src/cli/yaml/write.ts'

const numbers = ['9007199254740993', '-9223372036854775808', '9223372036854775807', '1', '-5', '0.5']

test('whole numbers of 64 bits go through JSON and YAML digit by digit', () => {
  const json = `{"list":[${numbers.join(',')}]}`
  assert.equal(compactJson(parseBigJson(json)), json)
  const yaml = `list:\n${numbers.map((number) => `- ${number}\n`).join('')}`
  assert.equal(writeYaml(readYaml(yaml)), yaml)
  assert.equal(writeYaml(parseBigJson(json)), yaml)
  assert.equal(compactJson(readYaml(yaml)), json)
})

test('digits inside of a text are no number', () => {
  const json = '{"a":"99999999999999999999","b":[1,2]}'
  assert.equal(compactJson(parseBigJson(json)), json)
})

test('a file of either kind keeps them', () => {
  for (const text of [
    '{"kind":"A","apiVersion":"v1","count":9007199254740993}',
    'kind: A\napiVersion: v1\ncount: 9007199254740993\n',
  ]) {
    const [document] = documentsIn({name: 'f', text})
    assert.ok(document && !(document instanceof Error))
    assert.equal(document.object.count, 9007199254740993n)
  }
})
