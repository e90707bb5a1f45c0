import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:container`: what the container of an instance keeps in, lets go, and leaves behind. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/container/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
