/** The paths of what supply writes, relative to the deps directory. `folder` is the sidecar's (folder-names.ts). */
import { CONFIG_YML } from '../platform/config-yml.ts'
import { LAUNCH_YML } from '../platform/launch-yml.ts'

/** All copies of this buildpack recognise each other's profile.d script by this name. */
export const PROFILE_SCRIPT = 'sidecar-buildpack.sh'

const SIDECARS = 'sidecars'
export const START = 'start'
const JAVA = 'java'
const CREDENTIALS = 'credentials.pl'
const PROFILE = 'profile.d'

/** Everything that supply writes into its own directory. */
export const OUR_FILES = [SIDECARS, START, CREDENTIALS, JAVA, PROFILE, LAUNCH_YML, CONFIG_YML]

/** The files of a sidecar with a source. */
export const homePath = (index: string, folder: string) => `${index}/${SIDECARS}/${folder}`
export const startPath = (index: string, folder: string) => `${index}/${START}/${folder}`
/** @param folder of an agent or a library */
export const javaPath = (index: string, folder: string) => `${index}/${JAVA}/${folder}`
export const credentialsPath = (index: string) => `${index}/${CREDENTIALS}`

/** A final buildpack may copy the first one to the place of the second, from which the platform sources it. */
export const profilePaths = (index: string) =>
  [`${index}/${PROFILE}/${PROFILE_SCRIPT}`, copiedProfilePath(index)] as const

/** Beside `deps` (docs/explanation/platform.md, "Start"). */
export const copiedProfilePath = (index: string) => `../${PROFILE}/${index}_${PROFILE_SCRIPT}`

/** The command of a start script in launch.yml. The profile.d scripts of all our buildpacks recognise it by its form. */
export const startCommand = (index: string, folder: string) => `"$DEPS_DIR"/${startPath(index, folder)}`
/** All start commands, as a pattern of the shell. */
export const START_COMMANDS = `'"$DEPS_DIR"/'${startPath('[0-9]*', '*')}`
