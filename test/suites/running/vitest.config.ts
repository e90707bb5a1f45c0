import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:running`: what Diego's own code did with 98 sets of processes, replayed side by side in real time. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/running/**/*.test.ts'],
    maxConcurrency: 16,
    // Times are measured: a busy machine may miss one once, a fault misses it twice.
    retry: process.env.CI ? 2 : 0,
    testTimeout: 150_000,
    fileParallelism: false,
  },
})
