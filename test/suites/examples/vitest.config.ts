import { defineConfig } from 'vitest/config'

/** `npm run test:examples`: what the READMEs of the gallery say is typed in, and what comes is compared. */
export default defineConfig({
  test: {
    include: ['test/suites/examples/**/*.test.ts'],
    globalSetup: ['test/suites/examples/install.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
  },
})
