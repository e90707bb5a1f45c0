import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:faults`: staging disturbed, hostile configurations, many sidecars, load, a real terminal. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/faults/**/*.test.ts'],
    // Times are measured: a busy machine may miss one once, a fault misses it twice.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
