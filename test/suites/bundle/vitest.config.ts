import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:bundle`: real jars, JVMs and archive readers. Says what it skips where a tool is missing. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    globalSetup: ['test/suites/bundle/install.ts'],
    include: ['test/suites/bundle/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
})
