import { readIdentity } from '../../buildpack/identity.ts'
import { detect } from '../detect.ts'
import { buildpackDir, env, runPhase, scriptLog } from './edge.ts'

void runPhase(scriptLog(process.stderr), () => {
  const { applies, name, hint } = detect(process.argv[2] ?? '.', env, readIdentity(buildpackDir).version)
  if (name) process.stdout.write(`${name}\n`)
  if (hint) process.stderr.write(`${hint}\n`)
  process.exitCode = applies ? 0 : 1
})
