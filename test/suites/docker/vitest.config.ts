import { defineConfig } from 'vitest/config'

/** `npm run test:docker`: builds the Dockerfile's image on the counterpart of a stack, and runs apps in it. */
export default defineConfig({
  test: {
    include: ['test/suites/docker/**/*.test.ts'],
    globalSetup: ['test/suites/docker/install.ts'],
    testTimeout: 60_000,
    hookTimeout: 600_000,
  },
})
