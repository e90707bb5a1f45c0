import { expect, it } from 'vitest'
import { additionalLibraries } from '../../src/java/injection.ts'

it('names libraries for Java buildpack 4.x below the folder beside the build dir, as it comes out right there', () => {
  const staged = { agents: [], options: [], addedClasses: 0, libraries: ['0/java/lib.jar'] }
  expect(additionalLibraries(staged, '/home/vcap/app')).toEqual(['/home/vcap/deps/0/java/lib.jar'])
})
