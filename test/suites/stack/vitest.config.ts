import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'
import { type Release, stackRootfs, whyNoRootfs } from '../../support/root-file-systems.ts'

/** Everything that runs the scripts of a droplet. */
const VALUES = 'test/suites/processes/values.test.ts'
const DROPLET = ['test/droplet/**/*.test.ts', 'test/lifecycle/launching/**/*.test.ts', VALUES]
const SMOKE = [
  ...['credentials', 'start-script', 'profile-leaves-no-trace'].map((name) => `test/droplet/${name}.test.ts`),
  VALUES,
]
const SUITE = ['test/suites/stack/**/*.test.ts']

/**
 * `npm run test:stack`: staging, and the scripts of a droplet, with the shell and Perl of the stacks. All of it in bullseye;
 * in bookworm a part of it, or with FULL_COUNTS=1 all.
 */
export default defineConfig(() => {
  if (whyNoRootfs) console.log(`skipped: everything that needs a root file system: ${whyNoRootfs}`)
  const all = [...DROPLET, ...SUITE]
  const rest = process.env.FULL_COUNTS ? all : [...SMOKE, ...SUITE]
  return {
    test: {
      passWithNoTests: whyNoRootfs !== undefined,
      projects: whyNoRootfs ? [] : [project('bullseye', all), project('bookworm', rest)],
    },
  }
})

function project(release: Release, include: string[]) {
  return {
    plugins: [shellFilesAsTexts],
    define: { ...buildConstants }, // vitest empties the object
    test: {
      name: release,
      include,
      env: { STACK_ROOTFS: stackRootfs(release) },
      // Times are measured: a busy machine may miss one once, a fault misses it twice.
      retry: process.env.CI ? 1 : 0,
      testTimeout: 300_000,
      hookTimeout: 300_000,
      fileParallelism: false,
    },
  }
}
