import { defineConfig } from 'vitest/config'
import { buildConstants, shellFilesAsTexts } from '../../../vitest.config.ts'

/** `npm run test:pipelines`: buildpacks of ours among neighbours of every kind, staged and run. Needs Node.js and bash. */
export default defineConfig({
  plugins: [shellFilesAsTexts],
  define: buildConstants,
  test: {
    include: ['test/suites/pipelines/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
