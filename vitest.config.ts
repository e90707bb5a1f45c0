import { availableParallelism } from 'node:os'
import { defineConfig, type Plugin } from 'vitest/config'

/** Shell files are imported as texts, as the build does it (scripts/build.mjs, `loader`). */
export const shellFilesAsTexts: Plugin = {
  name: 'shell-files-as-texts',
  transform: (code, id) =>
    /\.(bash|pl)$/.test(id) ? { code: `export default ${JSON.stringify(code)}`, map: null } : null,
}

/** The version that the build writes into the bundles. */
export const buildConstants = { BUILDPACK_VERSION: '"0.0.0-test"' }

/** `npm test`: what needs nothing but Node.js. The further suites have a config of their own (CONTRIBUTING.md). */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/suites/**'],
    // Most tests wait for processes that they start.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
