// Variables and volumes.
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {configMaps, secrets} from '../../../src/api/resources.ts'
import {until as untilTrue} from '../../helpers/until.ts'
import type {MatrixCase} from './cases.ts'

export const storage: readonly MatrixCase[] = [
  {
    name: 'variables come from values, the pod, config maps and secrets',
    async run({client, output, pod}) {
      await client.create(configMaps, {metadata: {name: 'env', namespace: 'default'}, data: {colour: 'blue'}})
      await client.create(secrets, {metadata: {name: 'env', namespace: 'default'}, stringData: {word: 'hush'}})
      const env = [
        {name: 'COLOUR', valueFrom: {configMapKeyRef: {name: 'env', key: 'colour'}}},
        {name: 'NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
        {name: 'IP', valueFrom: {fieldRef: {fieldPath: 'status.podIP'}}},
        {name: 'BOTH', value: '$(NAME)+$(COLOUR)+$$(NAME)'},
      ]
      const envFrom = [{secretRef: {name: 'env'}}]
      const script = 'echo "$BOTH $word $HOSTNAME $(hostname)"; [ "$IP" = "$(hostname -i)" ] && echo same address'
      assert.equal(
        await output(pod('variables', script, {env, envFrom})),
        'variables+blue+$(NAME) hush variables variables\nsame address\n',
      )
    },
  },
  {
    name: 'volumes: empty, of memory, of this machine, by a part of them, read-only',
    isSmoke: true,
    async run({home, output, pod}) {
      writeFileSync(join(home.home, 'host-file'), 'from the machine\n')
      const volumes = [
        {name: 'empty', emptyDir: {}},
        {name: 'memory', emptyDir: {medium: 'Memory', sizeLimit: '1Mi'}},
        {name: 'host', hostPath: {path: join(home.home, 'host-file'), type: 'File'}},
      ]
      const volumeMounts = [
        {name: 'empty', mountPath: '/empty'},
        {name: 'empty', mountPath: '/part', subPath: 'a/b'},
        {name: 'empty', mountPath: '/read-only', readOnly: true},
        {name: 'memory', mountPath: '/memory'},
        {name: 'host', mountPath: '/etc/host-file'},
      ]
      const script = [
        'echo part > /part/file; cat /empty/a/b/file /etc/host-file',
        'touch /read-only/x 2> /dev/null || echo read-only',
        'grep -q "^tmpfs /memory" /proc/mounts && echo memory',
      ].join('\n')
      const expected = 'part\nfrom the machine\nread-only\nmemory\n'
      assert.equal(await output(pod('volumes', script, {volumeMounts}, {volumes})), expected)
    },
  },
  {
    name: 'config maps, secrets, fields and a token are files; what changes in a config map changes in the pod',
    async run({client, exec, pod, ready}) {
      const namespace = 'default'
      await client.create(configMaps, {metadata: {name: 'files', namespace}, data: {a: 'one', b: 'B'}})
      await client.create(secrets, {metadata: {name: 'files', namespace}, stringData: {word: 'hush'}})
      const sources = [
        {configMap: {name: 'files'}},
        {secret: {name: 'files'}},
        {downwardAPI: {items: [{path: 'labels', fieldRef: {fieldPath: 'metadata.namespace'}}]}},
        {serviceAccountToken: {path: 'token'}},
      ]
      await ready(
        pod(
          'files',
          'sleep 1000',
          {
            volumeMounts: [
              {name: 'all', mountPath: '/all'},
              {name: 'all', mountPath: '/b', subPath: 'b'},
            ],
          },
          {volumes: [{name: 'all', projected: {sources, defaultMode: 0o440}}]},
        ),
      )
      const read = async (script: string): Promise<string> => (await exec('files', ['sh', '-c', script])).stdout
      assert.equal(
        await read('cat /all/a /all/word /all/labels /b; stat -L -c " %a" /all/a; [ -s /all/token ] && echo token'),
        'onehushdefaultB 440\ntoken\n',
      )
      await client.patch(configMaps, {namespace, name: 'files'}, {type: 'merge', body: {data: {a: 'two'}}})
      await untilTrue('the change', async () => (await read('cat /all/a')) === 'two')
    },
  },
]
