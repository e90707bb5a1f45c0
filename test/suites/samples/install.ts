/** Debian's Ruby with the gems of the samples; Go, a JDK and Maven where there are none. */
import { spawnSync } from 'node:child_process'
import { installed, installPackages } from '../../support/programs.ts'

const RUBY = { ruby: 'ruby', bundle: 'bundler', rackup: 'ruby-rack', lsof: 'lsof' }
const GEMS = { sinatra: 'ruby-sinatra', typhoeus: 'ruby-typhoeus', webrick: 'ruby-webrick' }
const OTHERS = { go: 'golang-go', javac: 'default-jdk-headless', mvn: 'maven', unzip: 'unzip' }

export default function install(): void {
  installPackages({ ...RUBY, ...OTHERS })
  installPackages(GEMS, hasGem)
}

/** What the Ruby samples lack on this machine. */
export function missingForRuby(): readonly string[] {
  const programs = Object.keys(RUBY).filter((each) => !installed(each))
  return [...programs, ...Object.keys(GEMS).filter((each) => !hasGem(each))].map((each) => `no ${each}`)
}

const hasGem = (gem: string) => spawnSync('ruby', ['-e', `gem '${gem}'`], { stdio: 'ignore' }).status === 0
