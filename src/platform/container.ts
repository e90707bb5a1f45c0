/**
 * The properties of an app's container on Cloud Foundry. Sources: the root file systems cflinuxfs4 and cflinuxfs5,
 * garden-runc's limits as Cloud Controller requests them, and the paths that builder and launcher get.
 */

/** The user that staging and the app run as. */
export const VCAP = { name: 'vcap', uid: 2000, gid: 2000, home: '/home/vcap' } as const

/** A link of the stacks' root file systems to the app's directory. */
export const APP_LINK = { path: '/app', target: `${VCAP.home}/app` } as const

export const OPEN_FILES = 16_384
export const PROCESSES = 1_024

/** The paths of staging. */
export const STAGING = { app: '/tmp/app', cache: '/tmp/cache', buildpacks: '/tmp/buildpacks' } as const
