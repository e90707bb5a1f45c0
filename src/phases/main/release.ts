import { readIdentity } from '../../buildpack/identity.ts'
import { release } from '../release.ts'
import { buildpackDir, env, runPhase, scriptLog } from './edge.ts'

const log = scriptLog(process.stderr)
void runPhase(log, () => {
  const buildpackName = readIdentity(buildpackDir).name
  process.stdout.write(release({ buildDir: process.argv[2] ?? '.', buildpackDir, buildpackName, env, log }))
})
