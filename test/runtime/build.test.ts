import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test} from 'node:test'
import {type Builder, startBuilder} from '../helpers/image-build.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {hasBusybox} from '../helpers/test-registry.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}

/** What `command` prints in a container of the image. */
const shell = ({run}: Builder, image: string, command: string): Promise<string> =>
  run(image, {command: ['sh', '-c', command]})

interface ConfigFile {
  readonly config: Record<string, unknown>
  readonly history: readonly {readonly created_by: string; readonly empty_layer?: boolean}[]
  readonly rootfs: {readonly diff_ids: readonly string[]}
  readonly author?: string
}

const configOf = ({runtime}: Builder, id: string): ConfigFile =>
  JSON.parse(readFileSync(join(runtime.root, 'runtime/images/blobs', id.slice('sha256:'.length)), 'utf8')) as ConfigFile

test(
  'an image of several stages is built, runs, and is the same when built again from the cache',
  options,
  async () => {
    await using builder = await startBuilder()
    const dockerfile = `ARG WHO=nobody
FROM base AS tools
ARG WHO
WORKDIR /work
COPY src ./src
RUN echo "hello $WHO from $(pwd)" > greeting && cat src/a
FROM base
COPY --from=tools /work/greeting /data/
CMD ["cat", "/data/greeting"]
`
    const given = {files: {'src/a': 'content a\n'}, buildArgs: {WHO: 'you'}, tags: ['app:1', 'app']}
    const first = await builder.build(dockerfile, given)
    assert.equal(first.output, 'content a\n')
    assert.equal(await builder.run('app:1'), 'hello you from /work\n')
    const second = await builder.build(dockerfile, given)
    assert.equal(second.id, first.id)
    assert.deepEqual(second.steps, [
      '[tools 1/4] FROM base',
      '[tools 2/4] WORKDIR /work (cached)',
      '[tools 3/4] COPY src ./src (cached)',
      '[tools 4/4] RUN echo "hello $WHO from $(pwd)" > greeting && cat src/a (cached)',
      '[stage-1 1/2] FROM base',
      '[stage-1 2/2] COPY --from=tools /work/greeting /data/ (cached)',
    ])
    const changed = await builder.build(dockerfile, {...given, files: {'src/a': 'changed\n'}})
    assert.deepEqual(
      changed.steps.map((step) => step.endsWith('(cached)')),
      [false, true, false, false, false, true],
      'the file they have in common is the same, so the last step is',
    )
    const other = await builder.build(dockerfile, {...given, buildArgs: {WHO: 'them'}, noCache: false})
    assert.notEqual(other.id, first.id)
    const fresh = await builder.build(dockerfile, {...given, noCache: true})
    assert.ok(!fresh.steps.some((step) => step.endsWith('(cached)')))
  },
)

test(
  'RUN: what is removed is gone, folders made anew hide the old, and a command that changes nothing leaves nothing',
  options,
  async () => {
    await using builder = await startBuilder()
    const {id} = await builder.build(`FROM base
RUN mkdir -p /a/b /c && touch /a/b/old /a/stay /c/x
RUN rm /a/b/old && rm -r /c && mkdir /c && touch /c/y
RUN true
RUN ls /a >/dev/null
`)
    assert.equal(configOf(builder, id).rootfs.diff_ids.length, 3)
    assert.equal(await shell(builder, id, 'find /a /c | sort'), '/a\n/a/b\n/a/stay\n/c\n/c/y\n')
    // The same through an archive, which only has the marks that others know.
    const file = join(builder.runtime.root, 'saved.tar')
    await builder.build('FROM base\n', {tags: ['keep']})
    await builder.tools.call('Tag', {source: id, target: 'changes'})
    await builder.tools.call('Save', {names: ['changes'], file})
    for (const {id: sandbox} of (await builder.runtime.cri.RuntimeService.ListPodSandbox({})).items)
      await builder.runtime.cri.RuntimeService.RemovePodSandbox({podSandboxId: sandbox})
    await builder.tools.call('Prune', {all: true})
    assert.deepEqual(readdirSync(join(builder.runtime.root, 'runtime/images/layers')), [])
    await builder.tools.call('Load', {file})
    assert.equal(await shell(builder, 'changes', 'find /a /c | sort'), '/a\n/a/b\n/a/stay\n/c\n/c/y\n')
  },
)

test('RUN: forms, environment, user, folder, shell, heredocs, a script of its own', options, async () => {
  await using builder = await startBuilder()
  const {output} = await builder.build(
    `FROM base
ENV A=one B="two words" C=$A-three
ARG D=four
RUN echo "$A|$B|$C|$D|\${NONE:-default}"
RUN ["echo", "$A is", "not expanded"]
WORKDIR /x
WORKDIR y
USER web:staff
RUN id -u; id -g; pwd; echo $HOME
USER root
SHELL ["/bin/sh", "-e", "-c"]
RUN false || echo went on
RUN <<EOF
echo first $A
echo second
EOF
RUN <<'EOF'
#!/bin/cat
as it is
EOF
RUN cat <<ONE && cat <<'TWO'
$A
ONE
$A
TWO
RUN --network=none ls /sys/class/net
`,
  )
  assert.equal(
    output,
    [
      'one|two words|-three|four|default',
      '$A is not expanded',
      '77\n50\n/x/y\n/home/web',
      'went on',
      'first one\nsecond',
      '#!/bin/cat\nas it is',
      'one\n$A',
      'lo\n',
    ].join('\n'),
  )
})

test(
  'RUN --mount: the context, another stage, a cache between builds, an empty folder; none of it stays',
  options,
  async () => {
    await using builder = await startBuilder()
    const dockerfile = `FROM base AS other
RUN echo from other > /file
FROM base
ARG TIME
RUN --mount=type=bind,source=sub,target=/context --mount=type=bind,from=other,source=/file,target=/file,ro \\
    --mount=type=cache,target=/cache --mount=type=tmpfs,target=/empty \\
    cat /context/a /file && echo $TIME >> /cache/times && cat /cache/times && touch /empty/x
`
    const files = {'sub/a': 'context a\n'}
    await builder.build(dockerfile, {files, buildArgs: {TIME: '1'}})
    const {id, output} = await builder.build(dockerfile, {files, buildArgs: {TIME: '2'}})
    assert.equal(output, 'context a\nfrom other\n1\n2\n')
    assert.doesNotMatch(await shell(builder, id, 'ls /'), /context|cache|empty|file/)
  },
)

test(
  'COPY and ADD: patterns, owners, modes, folders, links in the image, heredocs, archives, addresses',
  options,
  async () => {
    await using builder = await startBuilder()
    const server = createServer((_, response) => response.end('fetched\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const {port} = server.address() as AddressInfo
    const files = {'a.txt': 'a', 'b.txt': 'b', 'c.log': 'c', 'tree/x/1': '1', 'tree/y/2': '2', 'tree/.hidden': 'h'}
    await builder.build('FROM scratch\n', {files})
    symlinkSync('a.txt', join(builder.context, 'link'))
    execFileSync('tar', ['-czf', join(builder.context, 'packed.tgz'), '-C', join(builder.context, 'tree'), '.'])
    const {id} = await builder.build(`FROM base
RUN mkdir -p /real && ln -s /real /alias && ln -s ../../../../../outside /escape
COPY *.txt /texts/
COPY a.txt /renamed
COPY tree /tree/
COPY --chown=web:web --chmod=640 a.txt /owned/
COPY link /followed
COPY c.log /alias/
COPY a.txt /escape/
COPY <<EOF /inline
expanded ${'$'}PATH
EOF
ADD packed.tgz /unpacked
ADD http://127.0.0.1:${port}/some/name /addresses/
COPY --exclude=x tree /some
`)
    server.close()
    const listing =
      'cd /; cat texts/a.txt texts/b.txt renamed tree/x/1 tree/.hidden followed real/c.log outside/a.txt unpacked/y/2; '
    assert.equal(
      await shell(builder, id, `${listing} cat inline addresses/name; ls some`),
      'aba1haca2expanded /bin\nfetched\ny\n',
    )
    assert.equal(
      await shell(builder, id, 'stat -c "%u:%g %a" /owned/a.txt /owned /renamed /addresses/name'),
      '77:78 640\n77:78 755\n0:0 644\n0:0 600\n',
    )
    assert.ok(!existsSync('/outside'))
  },
)

test(
  '.dockerignore keeps files out of the build, not the Dockerfile out of the reach of its own build',
  options,
  async () => {
    await using builder = await startBuilder()
    const files = {'a.txt': 'a', 'secret.key': 's', 'node_modules/x/y': 'y', 'src/keep': 'k', 'src/drop.tmp': 'd'}
    const ignore = 'secret.key\nnode_modules\n**/*.tmp\n'
    const {id} = await builder.build('FROM base\nCOPY . /all/\n', {files, ignore})
    assert.equal(await shell(builder, id, 'cd /all; find . -type f | sort'), './a.txt\n./src/keep\n')
    await assert.rejects(
      builder.build('FROM base\nCOPY secret.key /\n', {files, ignore}),
      /Dockerfile:2: COPY: "secret.key" not found in the build context, or left out by .dockerignore/,
    )
  },
)

test('what the image says of itself: every setting, ONBUILD of the base, history', options, async () => {
  await using builder = await startBuilder()
  await builder.build('FROM base\nCMD ["of the base"]\nONBUILD RUN echo triggered > /triggered\n', {tags: ['trigger']})
  const {id} = await builder.build(`FROM trigger
LABEL a=1 b="two words" c=\${PATH}
EXPOSE 80 443/tcp 53/udp 9000-9002
VOLUME /data ["/x"]
VOLUME ["/more"]
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/bin/sh", "-c"]
HEALTHCHECK --interval=5s --timeout=1m30s --retries=3 CMD test -f /ok
MAINTAINER somebody
ENV old way of it
`)
  const {author, config, history} = configOf(builder, id)
  assert.equal(author, 'somebody')
  assert.deepEqual(config.Labels, {a: '1', b: 'two words', c: '/bin'})
  assert.deepEqual(Object.keys(config.ExposedPorts as object), [
    '80/tcp',
    '443/tcp',
    '53/udp',
    '9000/tcp',
    '9001/tcp',
    '9002/tcp',
  ])
  assert.deepEqual(config.Entrypoint, ['/bin/sh', '-c'])
  assert.equal(config.Cmd, undefined, 'a CMD of the base belonged to its own ENTRYPOINT')
  assert.equal(config.StopSignal, 'SIGQUIT')
  assert.deepEqual(config.Healthcheck, {Test: ['CMD-SHELL', 'test -f /ok'], Interval: 5e9, Timeout: 90e9, Retries: 3})
  assert.deepEqual(config.Env, ['PATH=/bin', 'old=way of it'])
  assert.equal(config.OnBuild, undefined)
  assert.equal(await shell(builder, id, 'cat /triggered').catch(String), 'triggered\n')
  assert.equal(history.filter(({empty_layer}) => !empty_layer).length, configOf(builder, id).rootfs.diff_ids.length)
})

test('FROM host builds on this machine: the image runs here, and cannot be taken elsewhere', options, async () => {
  await using builder = await startBuilder()
  await builder.build(
    'FROM host\nRUN echo built > /built-here && rm /etc/hostname || true\nCMD ["cat", "/built-here"]\n',
    {tags: ['mine']},
  )
  assert.equal(await builder.run('mine'), 'built\n')
  assert.ok(!existsSync('/built-here'))
  await assert.rejects(
    builder.tools.call('Save', {names: ['mine'], file: join(builder.runtime.root, 'x.tar')}),
    /"docker.io\/library\/mine:latest" is built on this machine's own root/,
  )
})

test(
  'only what the target needs is built; a build that fails says where, and leaves nothing behind',
  options,
  async () => {
    await using builder = await startBuilder()
    const dockerfile =
      'FROM base AS one\nRUN echo one\nFROM base AS broken\nRUN echo to stderr >&2; exit 3\nFROM one AS two\nRUN echo two\n'
    const {output} = await builder.build(dockerfile, {target: 'two'})
    assert.equal(output, 'one\ntwo\n')
    await assert.rejects(
      builder.build(dockerfile, {target: 'broken'}),
      /Dockerfile:4: process "\/bin\/sh -c echo to stderr >&2; exit 3" did not complete successfully: exit code: 3/,
    )
    await assert.rejects(builder.build(dockerfile, {target: 'none'}), /target stage "none" could not be found/)
    await assert.rejects(builder.build('FROM base\nRUN --nope=1 x\n'), /Dockerfile:2: unknown flag: --nope/)
    await assert.rejects(
      builder.build('FROM base\nCOPY a b c\n', {files: {a: '', b: ''}}),
      /Dockerfile:2: .*destination must be a directory/,
    )
    await assert.rejects(builder.build('FROM --platform=linux/s390x base\n'), /Dockerfile:1: platform linux\/s390x/)
    await assert.rejects(
      builder.build('FROM base\nUSER nobody-here\nRUN id\n'),
      /Dockerfile:3: unable to find user nobody-here/,
    )
    await assert.rejects(builder.build('FROM 127.0.0.1:1/none\n'), /Dockerfile:1: failed to pull/)
    const {warnings} = await builder.build('FROM base\n', {buildArgs: {UNUSED: '1'}})
    assert.deepEqual(warnings, ['build arguments that nothing declares: UNUSED'])
    const {root} = builder.runtime
    for (const name of readdirSync(join(root, 'runtime/images')).filter((entry) => entry.startsWith('building-')))
      assert.deepEqual(readdirSync(join(root, 'runtime/images', name)), [])
    assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(join(root, 'runtime/builds')))
  },
)

test('a build whose caller goes away ends, its command too', options, async () => {
  await using builder = await startBuilder()
  const gone = new AbortController()
  const dockerfile = {name: 'Dockerfile', text: 'FROM base\nRUN echo started; sleep 4321\n'}
  const request = {
    tags: [],
    buildArgs: {},
    noCache: false,
    pull: false,
    network: 'default',
    auths: {},
    dockerfile,
  } as const
  await assert.rejects(async () => {
    for await (const event of builder.tools.stream('Build', request, {signal: gone.signal}))
      if (event.type === 'output') gone.abort()
  })
  const isLeft = (): boolean =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .some((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep\x004321')
        } catch {
          return false // it ended while we looked
        }
      })
  await until('the command to be gone', () => !isLeft())
})

test('an archive cannot reach out of the image it is added to', options, async () => {
  await using builder = await startBuilder()
  await builder.build('FROM scratch\n', {files: {'tree/usr/evil': 'x'}})
  execFileSync('tar', ['-cf', join(builder.context, 'evil.tar'), '-C', join(builder.context, 'tree'), '.'])
  writeFileSync(join(builder.context, 'Dockerfile'), '')
  await assert.rejects(
    builder.build(`FROM base\nRUN ln -s ${builder.runtime.root} /usr\nADD evil.tar /\n`),
    /Dockerfile:3: cannot copy to non-directory: usr/,
  )
  assert.ok(!existsSync(join(builder.runtime.root, 'evil')))
})
