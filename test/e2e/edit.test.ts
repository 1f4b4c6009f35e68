// edit, create --edit and apply edit-last-applied with scripted editors, beside the real kubectl: what is printed, what
// the editor is shown each time it opens, and what the server has afterwards.
import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'

const objects = `
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {a: "1", b: "2"}
---
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {clusterIP: None, ports: [{port: 80}], selector: {a: b}}
`
const created = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\ndata: {q: "1"}\n'

/** What the editor does to its file `$1`, each time it opens. */
interface Case {
  readonly args: readonly string[]
  readonly steps: readonly string[]
  readonly editor?: string
}

const five = `sed -i 's/a: "1"/a: "5"/' $1`
const port = (from: number, to: number): string => `sed -i 's/port: ${from}$/port: ${to}/' $1`
const edit = (...args: readonly string[]): readonly string[] => ['edit', ...args]

const cases: Readonly<Record<string, Case>> = {
  'nothing is changed': {args: edit('cm/conf'), steps: ['true']},
  'a value is changed': {args: edit('cm/conf'), steps: [five]},
  'a key is removed': {args: edit('cm/conf'), steps: [`sed -i '/a: "1"/d' $1`]},
  'the file is emptied, then restored': {args: edit('cm/conf'), steps: [': > $1', 'true']},
  'the kind is gone': {args: edit('cm/conf'), steps: [`sed -i '/^kind:/d' $1`, 'true']},
  'the name is another': {args: edit('cm/conf'), steps: [`sed -i 's/name: conf/name: other/' $1`]},
  'the namespace is another': {args: edit('cm/conf'), steps: [`sed -i 's/namespace: .*/namespace: other/' $1`]},
  'an invalid value is put right': {args: edit('svc/svc'), steps: [port(80, 800000), port(800000, 81)]},
  'an invalid value is given up': {args: edit('svc/svc'), steps: [port(80, 800000), 'true']},
  'an invalid value is taken back': {args: edit('svc/svc'), steps: [port(80, 800000), port(800000, 80)]},
  'an unknown field': {args: edit('svc/svc'), steps: [`sed -i 's/^spec:/spec:\\n  nonsense: 1/' $1`, 'true']},
  'two objects, one invalid at first': {
    args: edit('cm/conf', 'svc/svc'),
    steps: [`${five}; ${port(80, 800000)}`, port(800000, 85)],
  },
  'two objects, one changed': {args: edit('cm/conf', 'svc/svc'), steps: [five]},
  'somebody deleted it meanwhile': {args: edit('cm/conf'), steps: [`kubectl delete cm conf > /dev/null; ${five}`]},
  'a resource version of the past': {
    args: edit('cm/conf'),
    steps: [`${five}; sed -i 's/resourceVersion: .*/resourceVersion: "1"/' $1`],
  },
  'the editor fails': {args: edit('cm/conf'), steps: ['exit 3']},
  'there is no such editor': {args: edit('cm/conf'), steps: [], editor: 'no-such-editor --wait'},
  'as JSON': {args: edit('cm/conf', '-o', 'json'), steps: [`sed -i 's/"a": "1"/"a": "5"/' $1`]},
  'an output format that cannot be edited': {args: edit('cm/conf', '-o', 'name'), steps: []},
  'the patch is printed': {args: edit('cm/conf', '--output-patch'), steps: [five]},
  'Windows lines': {args: edit('cm/conf', '--windows-line-endings'), steps: [five]},
  'what was applied last': {args: ['apply', 'edit-last-applied', 'cm/conf'], steps: [five]},
  'before it is created': {args: ['create', '--edit', '-f', 'new.yaml'], steps: [`sed -i 's/q: "1"/q: "5"/' $1`]},
  'before it is created, for nothing': {args: ['create', '--edit', '-f', 'new.yaml'], steps: ['true']},
  'before it is created, wrong': {args: ['create', '--edit', '-f', 'new.yaml'], steps: [`sed -i 's/q: .*/q: [1]/' $1`]},
}

const editorScript = `#!/bin/sh
n=$(cat "$EDITS/count"); echo $((n+1)) > "$EDITS/count"
cp "$1" "$EDITS/seen-$n"
sh "$EDITS/step-$n" "$1"
`

const comparable = (text: string, edits: string, namespace: string): string =>
  text
    .replaceAll(edits, 'EDITS')
    .replaceAll(namespace, 'NAMESPACE')
    .replace(/\/tmp\/kubectl-edit-\d+/g, 'FILE')
    .replace(/(uid|resourceVersion|creationTimestamp|time)("?): .*/g, '$1: …')

/** One program goes through one case in a namespace of its own: everything there is to see. */
const play = async (cluster: TestHome, program: string, {args, steps, editor}: Case, namespace: string) => {
  const kubectl = await realKubectl()
  const edits = join(cluster.home, namespace)
  mkdirSync(edits)
  writeFileSync(join(edits, 'count'), '0')
  for (const [index, step] of steps.entries()) writeFileSync(join(edits, `step-${index}`), step)
  for (const [name, text] of Object.entries({'editor.sh': editorScript, 'new.yaml': created}))
    writeFileSync(join(edits, name), text)
  chmodSync(join(edits, 'editor.sh'), 0o755)
  const scope = ['--kubeconfig', cluster.kubeconfig, '--namespace', namespace]
  writeFileSync(join(edits, 'kubectl'), `#!/bin/sh\nexec ${kubectl} ${scope.join(' ')} "$@"\n`, {mode: 0o755})
  await cluster.ok(['create', 'namespace', namespace])
  await cluster.ok(['apply', '-n', namespace, '-f', '-'], {stdin: objects})
  const env = {
    EDITS: edits,
    KUBE_EDITOR: editor ?? join(edits, 'editor.sh'),
    PATH: `${edits}:${cluster.env.PATH}`,
  }
  const before = program === kubectl ? [] : ['kubectl', '--']
  const words = args.map((word) => (word === 'new.yaml' ? join(edits, word) : word))
  const {code, stdout, stderr} = await cluster.run([...before, ...scope, ...words], {program, env})
  const seen = readdirSync(edits)
    .filter((name) => name.startsWith('seen'))
    .map((name) => readFileSync(join(edits, name), 'utf8'))
  const own = ['-n', namespace, '--field-selector=metadata.name!=kube-root-ca.crt']
  const after = await cluster.ok(['get', 'cm,svc', '-o', 'yaml', ...own])
  for (const file of stderr.matchAll(/\/tmp\/kubectl-edit-\d+\.\w+/g)) rmSync(file[0], {force: true})
  return comparable([`exit ${code}`, stdout, stderr, ...seen, after].join('\n'), edits, namespace)
}

test('edit', async (t) => {
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--addons', 'none']})
  const kubectl = await realKubectl()
  let number = 0
  for (const [name, one] of Object.entries(cases))
    await t.test(`${name}: all there is to see is the real kubectl's`, async () => {
      number++
      const [real, mini] = await Promise.all([
        play(cluster, kubectl, one, `real-${number}`),
        play(cluster, cluster.mini, one, `mini-${number}`),
      ])
      assert.equal(mini, real)
    })
})
