import { readBuiltIdentity } from '../../buildpack/built-identity.ts'
import { writeOut } from '../../log/standard-output.ts'
import { release } from '../release.ts'
import { buildpackDir, runPhase, scriptEnv, scriptLog } from './edge.ts'

const log = scriptLog(2)
void runPhase(log, () => {
  const buildpackName = readBuiltIdentity(buildpackDir).name
  writeOut(1, release({ buildDir: process.argv[2] ?? '.', buildpackDir, buildpackName, env: scriptEnv, log }))
})
