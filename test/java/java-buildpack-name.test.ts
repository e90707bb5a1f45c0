import { describe, expect, it } from 'vitest'
import { javaBuildpackOfNames } from '../../src/java/java-buildpack-name.ts'

describe('the generation of the Java buildpack', () => {
  it.each<[readonly string[], 4 | 5 | undefined]>([
    [['sidecar_buildpack', 'java_buildpack_v4'], 4],
    [['https://github.com/cloudfoundry/java-buildpack.git#v4.77.0'], 4],
    [['https://github.com/cloudfoundry/java-buildpack#5.x'], 5],
    [['java-buildpack-cached-cflinuxfs4-v5.0.6.zip'], 5],
    [['java_buildpack_5_offline'], 5],
    [['java_buildpack'], undefined],
    [['java-buildpack-cflinuxfs4'], undefined],
    [['ruby_buildpack_v4'], undefined],
    [['java_v4', 'java_v5'], undefined],
    [[], undefined],
  ])('of %j is %s', (names, generation) => {
    expect(javaBuildpackOfNames(names)).toBe(generation)
  })
})
