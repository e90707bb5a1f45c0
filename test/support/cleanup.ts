/** Removes what tests make: droplets with their processes, apps, folders. */
import { afterAll, onTestFinished } from 'vitest'

interface Removable {
  remove(): unknown
}

const made: Removable[] = []
afterAll(async () => {
  for (const each of made.splice(0)) await each.remove()
})

/** @returns it; removed after the last test of the file, so that tests which run side by side may use it */
export function removedAtEnd<T extends Removable>(each: T): T {
  made.push(each)
  return each
}

/** @returns it; removed after the test that makes it */
export function removedAfterTest<T extends Removable>(each: T): T {
  onTestFinished(async () => void (await each.remove()))
  return each
}
