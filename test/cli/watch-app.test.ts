import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { watchApp } from '../../src/cli/watch.ts'
import { temporaryFolder } from '../support/files.ts'

const work = temporaryFolder()

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const removed = (directory: string) => rmSync(directory, { recursive: true })
const moved = (directory: string) => renameSync(directory, `${directory}.old`)
const remade = (directory: string, file: string) => {
  mkdirSync(directory)
  writeFileSync(file, 'two')
}
const movedBack = (directory: string) => renameSync(`${directory}.old`, directory)

test.each([
  ['a directory that a build tool removes and makes anew', 'one/dist', 'app.js', removed, 500, remade],
  [
    'an archive that a build tool removes and makes anew',
    'two/target/app.jar',
    'app.jar',
    removed,
    500,
    remade,
  ],
  ['a directory that is moved away and back', 'three/dist', 'app.js', moved, 500, movedBack],
  ['a directory that is moved away and back at once', 'four/dist', 'app.js', moved, 0, movedBack],
  ['a directory that is moved away and made anew', 'five/dist', 'app.js', moved, 500, remade],
  [
    'an archive whose directory is moved away and back',
    'six/target/app.jar',
    'app.jar',
    moved,
    500,
    movedBack,
  ],
  [
    'an archive whose directory is moved away and made anew',
    'seven/target/app.jar',
    'app.jar',
    moved,
    0,
    remade,
  ],
])('sees %s, once it is there', async (_, path, name, away, absent, back) => {
  const app = join(work, path)
  const directory = join(work, path.replace('/app.jar', ''))
  const file = join(directory, name)
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, 'one')
  const watch = watchApp(app)
  let changes = 0
  const count = async () => {
    for (;;) {
      await watch.changed()
      if (isOver) return
      changes++
    }
  }
  let isOver = false
  const counted = count()
  try {
    away(directory)
    await pause(absent)
    expect(changes).toBe(0)
    back(directory, file)
    await expect.poll(() => changes, { timeout: 3000 }).toBe(1)
    await pause(300)
    writeFileSync(file, 'three')
    await expect.poll(() => changes, { timeout: 3000 }).toBe(2)
  } finally {
    isOver = true
    watch.end()
    await counted
  }
})

test('an ignored file that is named like the directory is no change', async () => {
  const app = join(work, 'eight')
  mkdirSync(app)
  writeFileSync(join(app, '.cfignore'), 'eight')
  const watch = watchApp(app)
  let isChanged = false
  const changed = watch.changed().then(() => (isChanged = true))
  writeFileSync(join(app, 'eight'), 'a program')
  await pause(400)
  expect(isChanged).toBe(false)
  watch.end()
  await changed
})
