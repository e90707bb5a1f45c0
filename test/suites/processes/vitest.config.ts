import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:processes`: real proxies in front of a real app, load, a thousand values. Installs what it needs. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/processes/**/*.test.ts'],
    globalSetup: ['test/suites/processes/install.ts'],
    // Times are measured: a busy machine may miss one once, a fault misses it twice.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
