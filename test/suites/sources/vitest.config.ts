import { defineConfig } from 'vitest/config'
import { count } from '../../../bench/measures.mjs'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:sources`: real servers, a real proxy, full disks, big and hostile archives. Installs what it needs. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/sources/**/*.test.ts'],
    testTimeout: count(180_000, 1_800_000),
    hookTimeout: 300_000,
    fileParallelism: false,
  },
})
