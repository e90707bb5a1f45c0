/** A shell file, bundled as its text. */
declare module '*.bash' {
  const text: string
  export default text
}

/** A Python program, bundled as its text. */
declare module '*.py' {
  const text: string
  export default text
}

/** The version from buildpack.toml, written in by the build. */
declare const BUILDPACK_VERSION: string
