import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { describe, expect, it } from 'vitest'
import { refuseOtherContent } from '../../src/system/output-file.ts'
import { temporaryFolder } from '../support/files.ts'

const temp = temporaryFolder()
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(temp, name), content)
  return join(temp, name)
}
const zip = new AdmZip()
zip.addFile('a', Buffer.from('a'.repeat(5000)))
const jar = zip.toBuffer()

describe('a file that a command writes', () => {
  it('may replace a file of the same kind, an empty one, and a pipe', () => {
    refuseOtherContent('-o', file('app.jar', jar), 'a zip archive')
    const script = Buffer.from(`#!/bin/bash\n${'# start script of the jar\n'.repeat(1000)}`)
    refuseOtherContent('-o', file('script.jar', Buffer.concat([script, jar])), 'a zip archive')
    refuseOtherContent('--html', file('plan.html', '<!doctype html>'), 'an HTML page')
    refuseOtherContent('--sbom', file('sbom.json', '{"bomFormat": "CycloneDX"}'), 'a CycloneDX SBOM')
    refuseOtherContent('--sbom', file('empty', ''), 'a CycloneDX SBOM')
    refuseOtherContent('--html', join(temp, 'new'), 'an HTML page')
    execFileSync('mkfifo', [join(temp, 'pipe')])
    refuseOtherContent('-o', join(temp, 'pipe'), 'a zip archive')
  })

  it('does not replace anything else', () => {
    const yaml = file('sidecars.yml', 'sidecars: []\n')
    const kinds = ['a zip archive', 'an HTML page', 'a CycloneDX SBOM'] as const
    for (const kind of kinds)
      expect(() => refuseOtherContent('-o', yaml, kind)).toThrow(
        `-o: ${yaml} exists and is not ${kind}; choose another file, or remove it`,
      )
    expect(() => refuseOtherContent('--html', file('a.jar', jar), 'an HTML page', 'a.jar')).toThrow(
      '--html: a.jar',
    )
  })
})
