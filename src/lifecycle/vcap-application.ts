import { OPEN_FILES } from '../platform/container.ts'

/** What staging and an instance have in common; memory and disk in MiB. */
interface LocalApp {
  readonly name: string
  readonly guid: string
  readonly uris: readonly string[]
  readonly memory: number
  readonly disk: number
}

/** The JSON of `VCAP_APPLICATION`, as Cloud Controller writes it for an app in a space `local`. */
export function vcapApplication(
  { name, guid, uris, memory, disk }: LocalApp,
  more: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({
    cf_api: 'http://localhost',
    limits: { fds: OPEN_FILES, mem: memory, disk },
    application_name: name,
    application_uris: uris,
    name,
    space_name: 'local',
    organization_name: 'local',
    uris,
    application_id: guid,
    ...more,
  })
}
