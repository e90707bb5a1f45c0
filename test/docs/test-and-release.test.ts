/** docs/how-to/test-and-release.md: its script is run, its workflow is read. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { beforeEach, describe, expect, it } from 'vitest'
import { readIdentity } from '../../src/buildpack/identity.ts'
import { ROOT, temporaryFolder, writeFiles } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { readPage } from '../support/markdown.ts'
import { installed } from '../support/programs.ts'

const { blocks } = readPage('docs/how-to/test-and-release.md')
const SCRIPT = blocks.find(({ mark }) => mark === 'script')?.text ?? ''
const ANSWER = String.raw`HTTP/1.0 200 OK\r\n\r\n`
const APP = `#!/usr/bin/env perl
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '0.0.0.0', LocalPort => $ENV{PORT}) or die $!;
while (my $client = $server->accept) { print $client "${ANSWER}"; close $client }
`

let work: string
beforeEach(() => {
  work = temporaryFolder()
  write('acme/sidecars.yml', 'sidecars: [{name: acme-agent, memory: 32M, source: {path: agent}}]\n')
  write('acme/agent', '#!/bin/sh\necho ready\nexec sleep 1000\n')
  write('test-app/Procfile', 'web: ./run\n')
  write('test-app/run', APP)
  // With this Node.js in the zip, nothing is downloaded.
  write(
    'bin/sidecar-buildpack',
    `#!/bin/bash
[ "$1" != package ] || set -- "$@" --node "${process.execPath}"
exec "${process.execPath}" "${join(ROOT, 'bin/sidecar-buildpack')}" "$@"
`,
  )
})

const write = (path: string, text: string) => writeFiles(work, { [path]: { text, mode: 0o755 } })

async function runScript() {
  const port = String(await freePort())
  return spawnSync('bash', ['-c', SCRIPT.replaceAll('8080', port)], {
    cwd: work,
    env: { ...process.env, PATH: `${join(work, 'bin')}:${process.env.PATH}` },
    encoding: 'utf8',
  })
}

describe('docs/how-to/test-and-release.md', () => {
  const canRun = process.platform === 'linux' && process.arch === 'x64' && installed('perl')

  it.runIf(canRun)(
    'has a script that packages, stages and runs an app with the sidecar',
    async () => {
      const { status, stdout, stderr } = await runScript()
      expect(stderr).not.toContain('error')
      expect(stdout).toContain('Container became healthy')
      expect(status).toBe(0)
      const { metadata } = JSON.parse(readFileSync(join(work, 'out/acme.cdx.json'), 'utf8'))
      expect(metadata.component.name).toBe('acme-buildpack')
    },
    90_000,
  )

  it.runIf(canRun)(
    'has a script that fails when the app does not become healthy',
    async () => {
      write('test-app/run', '#!/bin/sh\nexit 1\n')
      const { status } = await runScript()
      expect(status).not.toBe(0)
    },
    90_000,
  )

  it('has a workflow that installs this version and runs the script', () => {
    const workflow = load(blocks.find(({ mark }) => mark === 'workflow')?.text ?? '') as {
      jobs: { test: { steps: readonly { run?: string }[] } }
    }
    const steps = workflow.jobs.test.steps.flatMap(({ run }) => run ?? [])
    const { version } = readIdentity(ROOT)
    expect(steps).toEqual([`npm install --global ./ci/sidecar-buildpack-${version}.tgz`, 'bash ci/test'])
  })
})
