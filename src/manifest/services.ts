/** `services` of an app manifest. Source: Cloud Controller's manifest_service_binding_create_message.rb. */
import type { Attributes } from './attributes.ts'
import { entry, type MapValue, toRubyString, type Value } from './values.ts'

const KEYS = ['name', 'parameters', 'binding_name']

/** Names of the service instances to be bound. */
export function readServices(app: Attributes): readonly string[] {
  const list = app.get('services')
  if (!list) return []
  if (list.kind !== 'list') {
    const instead = list.kind === 'map' ? 'use for example [my-db]' : 'remove the key'
    app.expected('services', 'a list', list.kind === 'string' ? `use [${list.value}]` : instead)
    return []
  }
  return list.items.flatMap((item) => {
    const name = nameOf(item)
    if (name !== undefined) return toRubyString(name)
    const what = 'services: expected the name of a service instance, or a map with name'
    app.problems.error(item.place, what, `the keys of the map are ${KEYS.join(', ')}`)
    return []
  })
}

function nameOf(item: Value): Value | undefined {
  if (item.kind === 'string') return item
  return item.kind === 'map' && hasValidKeys(item) ? entry(item, 'name') : undefined
}

function hasValidKeys(map: MapValue): boolean {
  const parameters = entry(map, 'parameters')
  const bindingName = entry(map, 'binding_name')
  return (
    map.entries.every(({ key }) => key.kind === 'string' && KEYS.includes(key.value)) &&
    (!parameters || parameters.kind === 'map') &&
    (!bindingName || bindingName.kind === 'string')
  )
}
