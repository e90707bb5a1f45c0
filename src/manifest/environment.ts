/** `env` of an app manifest: which names the platform takes, and which text a process finds there. */
import type { Problems } from '../config/problems.ts'
import { isNull, type ScalarNode, type YamlNode } from '../config/yaml/nodes.ts'

/** @param node the value of `env`; absent: nothing is set */
export function environmentOf(node: YamlNode | undefined, problems: Problems): ReadonlyMap<string, string> {
  const env = new Map<string, string>()
  if (!node || isNull(node)) return env
  if (node.kind !== 'map') {
    problems.error(node.place, 'env must be a map', 'write NAME: value, one a line')
    return env
  }
  for (const { key, value } of node.entries) {
    const refusal = refusedName(key.text)
    if (refusal) problems.error(key.place, `env: ${refusal}`, 'choose another name')
    else if (value.kind === 'scalar') env.set(key.text, textOf(value, problems))
    else
      problems.error(
        value.place,
        'a value in env must be a text',
        'write structured values as one text of JSON',
      )
  }
  return env
}

/** Cloud Controller's rule for the names of an app's environment. */
function refusedName(name: string): string | undefined {
  if (name === '') return 'the name is empty'
  if (/^VCAP_/i.test(name)) return 'the platform sets every VCAP_… itself'
  if (/^VMC/i.test(name)) return 'the platform takes no name that begins with VMC'
  if (/^PORT$/i.test(name)) return 'the platform sets PORT itself'
  return name.includes('=') || name.includes('\0') ? 'no variable can have this name' : undefined
}

/**
 * The platform reads the manifest as YAML values and makes texts of them, so that an unquoted `1.10`
 * arrives as `1.1` and `yes` as `true`. That is done here as well, and said.
 */
function textOf(node: ScalarNode, problems: Problems): string {
  if (isNull(node)) return ''
  if (/^\(\(.*\)\)$/.test(node.text)) {
    problems.warning(node.place, 'a value in env is a variable of cf push --var, which is not filled in here')
  }
  const arrives = node.plain ? asPlatformReads(node.text) : node.text
  if (arrives !== node.text) {
    problems.warning(
      node.place,
      'a value in env is not quoted: the platform reads it as a number or a boolean and writes it in another form',
      'put quotes around it',
    )
  }
  return arrives
}

function asPlatformReads(text: string): string {
  if (/^(?:yes|on|true)$/i.test(text)) return 'true'
  if (/^(?:no|off|false)$/i.test(text)) return 'false'
  if (/^[-+]?(?:0|[1-9]\d*)\.\d+$/.test(text)) {
    const number = String(Number(text))
    return number.includes('.') ? number : `${number}.0`
  }
  if (/^0[0-7]+$/.test(text)) return String(Number.parseInt(text, 8))
  return text
}
