import { defineConfig, mergeConfig } from 'vitest/config'
import tests, { buildConstants } from './vitest.config.ts'

/** Tests that start the processes of a droplet: too slow for each change, and some of them measure time. */
const OF_PROCESSES = [
  ...['after', 'arguments', 'bound-services', 'commands', 'credentials', 'deps-source', 'health'],
  ...['jar-start', 'java-options', 'memory-guard', 'memory-reservation', 'profile-leaves-no-trace'],
  ...['profile-script', 'programs-on-path', 'readiness', 'start-script', 'supervision'],
].map((name) => `test/droplet/${name}.test.ts`)

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
    test: { include: [`test/${process.env.MUTATED_ROOM}/**/*.test.ts`], exclude: OF_PROCESSES },
  }),
)
