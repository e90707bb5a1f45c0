import { defineConfig, mergeConfig } from 'vitest/config'
import tests, { buildConstants } from './vitest.config.ts'

/** The room's own tests, for `npm run mutants` (scripts/mutants.mjs). */
const { include: _, ...settings } = tests.test ?? {}
export default mergeConfig(
  defineConfig({ ...tests, define: { ...buildConstants }, test: settings }),
  defineConfig({
    plugins: [
      {
        name: 'processes',
        // Stryker asks for threads, where a test cannot set the umask.
        configureVitest: ({ project }) => {
          project.config.pool = 'forks'
        },
      },
    ],
    test: { include: [`test/${process.env.MUTATED_ROOM}/**/*.test.ts`] },
  }),
)
