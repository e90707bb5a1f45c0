/**
 * Options for each `sidecar-buildpack run` of this test run, from `RUN_OPTIONS`. With `--no-container`, the suites test runs
 * without a container.
 */
export const RUN_OPTIONS: readonly string[] = (process.env.RUN_OPTIONS ?? '').split(' ').filter(Boolean)
