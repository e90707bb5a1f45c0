import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  depsFolderName,
  earlierFolders,
  isLastFolder,
  isPadded,
  unpaddedFolder,
} from '../../src/platform/deps-folder.ts'
import { temporaryFolder } from '../support/files.ts'

test('names are padded with ten buildpacks or more', () => {
  expect([depsFolderName(7, 9), depsFolderName(7, 10), depsFolderName(10, 11)]).toEqual(['7', '07', '10'])
  expect([isPadded('7'), isPadded('07')]).toEqual([false, true])
  expect([unpaddedFolder('07'), unpaddedFolder('00'), unpaddedFolder('10')]).toEqual(['7', '0', '10'])
})

test('earlier directories come in order, without unpadded and other names', () => {
  const deps = temporaryFolder({})
  for (const name of ['10', '02', '09', '2', 'cache']) mkdirSync(join(deps, name))
  writeFileSync(join(deps, '11'), '')
  expect(earlierFolders(deps, '10')).toEqual(['02', '09'])
  expect([isLastFolder(deps, '09'), isLastFolder(deps, '11')]).toEqual([false, true])
})
