import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { count } from './bench/measures.mjs'
import { buildConstants, shellFilesAsTexts } from './vitest.config.ts'

const SUITES = 'test/suites'

/** Suites whose test files can run side by side. */
const PARALLEL = new Set(['docker', 'examples', 'pipelines'])

/** Suites that measure times, which a busy machine can miss once: how often CI repeats a failed test. */
const RETRIES = new Map([
  ['faults', 1],
  ['processes', 1],
  ['running', 2],
])

/**
 * The suites that require more than Node.js, `npm run test:NAME`: each directory is a project. CONTRIBUTING.md says what each
 * tests and requires. `stack` runs tests of other directories too and has its own configuration.
 */
export default defineConfig({
  test: {
    projects: readdirSync(SUITES, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'stack')
      .map(({ name }) => ({
        plugins: [shellFilesAsTexts],
        define: { ...buildConstants }, // vitest empties the object
        test: {
          name,
          include: [`${SUITES}/${name}/**/*.test.ts`],
          globalSetup: [`${SUITES}/${name}/install.ts`].filter((file) => existsSync(file)),
          testTimeout: count(600_000, 1_800_000),
          hookTimeout: 900_000,
          fileParallelism: PARALLEL.has(name),
          maxConcurrency: 16,
          retry: process.env.CI ? (RETRIES.get(name) ?? 0) : 0,
        },
      })),
  },
})
