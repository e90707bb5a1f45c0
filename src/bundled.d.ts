/** A shell file, bundled as its text. */
declare module '*.bash' {
  const text: string
  export default text
}

/** A Perl program, bundled as its text. */
declare module '*.pl' {
  const text: string
  export default text
}

/** The version from buildpack.toml, written in by the build. */
declare const BUILDPACK_VERSION: string
