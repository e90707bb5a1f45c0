/** Parses the output of `cf env APP`. Source: cloudfoundry/cli, command/v7/env_command.go. */

interface CfEnv {
  /** JSON; absent: no service is bound. */
  readonly services?: string
  /** Variables of `cf set-env` and the manifest. */
  readonly userProvided: ReadonlyMap<string, string>
}

const USER_PROVIDED = /^(?:User-Provided:|No user-provided env variables have been set)$/m
const NEXT_GROUP = /^(?:Running Environment Variable Groups:|No running env variables have been set)$/m

/** @returns undefined for any other text */
export function parseCfEnv(text: string): CfEnv | undefined {
  const lines = text.replaceAll('\r\n', '\n')
  const user = USER_PROVIDED.exec(lines)
  if (!user) return undefined
  const system = lines.slice(0, user.index)
  const rest = lines.slice(user.index + user[0].length + 1)
  const services = /^VCAP_SERVICES: (\{(?:\}|[\s\S]*?\n\}))$/m.exec(system)?.[1]
  return {
    ...(services !== undefined && { services }),
    userProvided: variables(rest.slice(0, NEXT_GROUP.exec(rest)?.index ?? rest.length).trimEnd()),
  }
}

/** `NAME: value`; a multi-line value continues until the next name. */
function variables(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let name: string | undefined
  for (const line of text === '' ? [] : text.split('\n')) {
    const [, next, value = ''] = /^([A-Za-z_][A-Za-z0-9_.-]*): ?(.*)$/.exec(line) ?? []
    if (next !== undefined) {
      name = next
      found.set(name, value)
    } else if (name !== undefined) found.set(name, `${found.get(name)}\n${line}`)
  }
  return found
}
