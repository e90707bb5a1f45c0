import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { springBootJar } from '../../support/java/real-parts.ts'
import { Session, sessionPlace } from '../../support/session.ts'
import { missing, pathOf } from './apps.ts'

const jar = springBootJar()
const place = await sessionPlace()
const reasons = [...missing({ jar }), ...(typeof place === 'string' ? [place] : [])]
const why = reasons.length > 0 ? ` (skipped: ${reasons.join('; ')})` : ''
const session = typeof place === 'string' ? undefined : new Session(place)
afterAll(() => session?.end())

test.skipIf(why)(`a Spring Boot jar: bundled with a sidecar, run, crashed, stopped${why}`, async () => {
  if (!session) return
  const { app } = session
  copyFileSync(pathOf(jar), join(app, 'app.jar'))
  writeFileSync(join(app, 'auth'), '#!/bin/bash\necho serving; exec sleep 1000\n', { mode: 0o755 })
  await session.typed('sidecar-buildpack bundle app.jar --sidecar auth --in-place', /auth .* added$/)

  await session.start(
    'sidecar-buildpack run app.jar',
    /^note: buildpack java_buildpack is not available; using this machine's runtime/,
    /^auth +\| serving$/,
    /^cell +\| healthy$/,
    /^ web .* ready /,
  )
  expect(await session.typed('curl localhost:8080')).toEqual(['hello'])
  await session.typed('kill -9 $(sidecar-buildpack ps --pid auth)')
  await session.shows(/crashed: APP\/PROC\/WEB\/SIDECAR\/AUTH: Exited with status 137$/)
  await session.typed('sidecar-buildpack stop', 'Stopped app.jar (web/0)')
  await session.shows('$')
})
