import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:browser`: pages that the command line writes, in Debian's chromium. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/browser/**/*.test.ts'],
    globalSetup: ['test/suites/browser/install.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
