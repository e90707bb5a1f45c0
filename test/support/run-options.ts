/**
 * Further options of `sidecar-buildpack run` in this whole test run, from `RUN_OPTIONS`: with `--no-container` the suites
 * show that everything holds without a container too.
 */
export const RUN_OPTIONS: readonly string[] = (process.env.RUN_OPTIONS ?? '').split(' ').filter(Boolean)
