/** What the Java buildpacks look for in Groovy scripts. */

/** 5.x: src/java/containers/groovy_utils.go */
export const groovy5 = {
  hasMain: (text: string) => /static\s+void\s+main\s*\(/.test(text),
  isPogo: (text: string) => /class\s+\w+[\s\w]*\{/.test(text),
  hasShebang: (text: string) => text.startsWith('#!'),
  hasBeans: (text: string) => /beans\s*\{/.test(text),
  /** Short or binary files are ignored. */
  isValid: (text: string) => Buffer.byteLength(text) >= 10 && !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text),
}

/** 4.x: lib/java_buildpack/util/groovy_utils.rb */
export const groovy4 = {
  hasMain: (text: string) => /static void main\(/.test(text),
  isPogo: (text: string) => /class \w+[\s\w]*\{/.test(text),
  hasShebang: (text: string) => text.includes('#!'),
  hasBeans: groovy5.hasBeans,
}

export const isLogbackFile = (path: string): boolean => /ch\/qos\/logback\/.*\.groovy$/.test(path)
