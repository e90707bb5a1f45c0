/** Apps of this suite: made in a folder of their own, and staged under final buildpacks like Java buildpack 4.x and 5.x. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import AdmZip from 'adm-zip'
import { outputOf } from '../../support/command-line.ts'
import { javaBuildpackOptions } from '../../support/java/java-buildpack.ts'
import { buildWholeCalculator, type Part, tomcat } from '../../support/java/real-parts.ts'
import { installed } from '../../support/programs.ts'

/** An option that every way of splitting gets to see, with all that is special to any of them. */
export const HARD_OPTION = '-Dfeature=a  b \'c\' "d" $HOME ${HOME} * \\ ; é 漢'

/** The final buildpacks; 5.x is the current one. */
export type JavaBuildpack = '4' | '5'

export class Apps {
  readonly folder = mkdtempSync(join(tmpdir(), 'java-apps-'))

  /**
   * A jar or war exploded as cf push does it, with `extra/marker.jar` (a library with `marker.txt`).
   *
   * @param files by path in the app: a text, or the path of a file to copy
   */
  explode(name: string, archive: string, files: Readonly<Record<string, string>>): string {
    const directory = join(this.folder, name)
    mkdirSync(directory)
    execFileSync('unzip', ['-q', archive, '-d', directory])
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true })
      if (content.startsWith('/')) copyFileSync(content, join(directory, file))
      else writeFileSync(join(directory, file), content)
    }
    const marker = new AdmZip()
    marker.addFile('marker.txt', Buffer.from('x'))
    marker.writeZip(join(directory, 'extra/marker.jar'))
    return directory
  }

  /** @returns the droplet */
  stage(app: string, version: JavaBuildpack): string {
    const [calculator, servers] = [pathOf(buildWholeCalculator()), pathOf(tomcat())]
    return this.stageWith(app, javaBuildpackOptions(version, calculator, servers))
  }

  /** @param buildpack options of `stage` that name the final buildpack */
  stageWith(app: string, buildpack: readonly string[]): string {
    const output = mkdtempSync(join(this.folder, 'staged-'))
    outputOf('stage', app, '-b', 'sidecar', ...buildpack, '-o', output)
    return join(output, 'droplet.tgz')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Why parts are missing, for a test's name; empty when all are there. */
export function missing(parts: Readonly<Record<string, Part>>): readonly string[] {
  return Object.values(parts).flatMap((part) => ('skipped' in part ? part.skipped : []))
}

/** Also why an app cannot be staged and run here. */
export function lacking(parts: Readonly<Record<string, Part>>): readonly string[] {
  const runs = process.platform === 'linux' && installed('unzip')
  return [...missing(parts), ...(runs ? [] : ['needs Linux and unzip'])]
}

export const pathOf = (part: Part): string => ('path' in part ? part.path : '')

export const get = async (url: string) => (await fetch(url)).text()
