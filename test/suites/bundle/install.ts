import { installPackages } from '../../support/programs.ts'

/** What packs, reads and runs the jars, where it is not there. */

const PACKAGES = {
  zip: 'zip',
  unzip: 'unzip',
  '7z': 'p7zip-full',
  python3: 'python3',
  go: 'golang-go',
  javac: 'default-jdk-headless',
  mvn: 'maven',
  script: 'bsdutils',
}

export default function install(): void {
  installPackages(PACKAGES)
}
