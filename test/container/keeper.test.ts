import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openKeeper } from '../../src/container/keeper.ts'
import { temporaryFolder } from '../support/files.ts'

const children = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')

/** Waits for the first process of the container, and stops the keeper, often before it has told the pid of that. */
function stopAtFirstChild(keeper: number): void {
  const until = performance.now() + 1000
  while (children(keeper)[0] === '' && performance.now() < until);
  process.kill(keeper, 'SIGSTOP')
}

test('a container starts also when its first process is faster than the keeper', async () => {
  const folder = temporaryFolder()
  const firstProcess = ['/bin/bash', '-c', 'read -r _; read -r command; eval "$command"; cat']
  for (let times = 0; times < 60; times++) {
    const container = openKeeper(folder, 'container-', () => firstProcess)
    const keeper = Number(children(process.pid).at(-1))
    const started = container.start()
    stopAtFirstChild(keeper)
    await wait(10)
    process.kill(keeper, 'SIGCONT')
    const inTime = await Promise.race([started.then(() => true), wait(5000, false)])
    await container.destroy()
    expect(inTime).toBe(true)
  }
})
