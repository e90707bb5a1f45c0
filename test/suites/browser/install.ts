import { installed, installPackages } from '../../support/programs.ts'

/** Debian's names, then those of others. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']

export default function install(): void {
  if (browser() === undefined && process.getuid?.() === 0) installPackages({ chromium: 'chromium' })
  if (browser() === undefined) console.log(`skipped: no browser found (${BROWSERS.join(', ')})`)
}

/** A browser's command; undefined: none is installed, and the suite is skipped. */
export function browser(): string | undefined {
  return BROWSERS.find(installed)
}
