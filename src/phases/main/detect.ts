import { readBuiltIdentity } from '../../buildpack/built-identity.ts'
import { writeOut } from '../../log/standard-output.ts'
import { detect } from '../detect.ts'
import { buildpackDir, runPhase, scriptEnv, scriptLog } from './edge.ts'

void runPhase(scriptLog(2), () => {
  const { applies, name, hint } = detect(
    process.argv[2] ?? '.',
    scriptEnv,
    readBuiltIdentity(buildpackDir).version,
  )
  if (name) writeOut(1, `${name}\n`)
  if (hint) writeOut(2, `${hint}\n`)
  process.exitCode = applies ? 0 : 1
})
