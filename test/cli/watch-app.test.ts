import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { watchApp } from '../../src/cli/watch.ts'
import { temporaryFolder } from '../support/files.ts'

const work = temporaryFolder()

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

test.each([
  ['a directory', 'dist', 'dist/app.js'],
  ['an archive', 'target/app.jar', 'target/app.jar'],
])('sees %s that a build tool removes and makes anew, once it is there', async (_, path, file) => {
  const app = join(work, path)
  const directory = join(work, path.split('/')[0] ?? '')
  const make = (text: string) => {
    mkdirSync(directory)
    writeFileSync(join(work, file), text)
  }
  make('one')
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
    rmSync(directory, { recursive: true })
    await pause(500)
    expect(changes).toBe(0)
    make('two')
    await expect.poll(() => changes, { timeout: 3000 }).toBe(1)
    await pause(300)
    writeFileSync(join(work, file), 'three')
    await expect.poll(() => changes, { timeout: 3000 }).toBe(2)
  } finally {
    isOver = true
    watch.end()
    await counted
  }
})
