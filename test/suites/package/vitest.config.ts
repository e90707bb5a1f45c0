import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:package`: real packages, judged by other programs and staged from. Installs what it needs. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/package/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
})
