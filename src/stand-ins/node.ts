import { quote } from '../droplet/shell-quote.ts'
import type { Release, StandInApp } from './stand-in-app.ts'

/**
 * Runs `npm start`, as the Node.js buildpack does; without a start script, npm runs server.js.
 * Source: cloudfoundry/nodejs-buildpack, bin/release; docs.npmjs.com, npm-start.
 */
export function nodeCommand({ app: { view } }: StandInApp): Release | string {
  const text = view.readText('package.json')
  if (text === undefined) return 'the app has no package.json'
  let main: unknown
  try {
    const { scripts, main: file } = JSON.parse(text) as { scripts?: { start?: unknown }; main?: unknown }
    if (scripts?.start !== undefined) return { web: 'npm start' }
    main = file
  } catch {
    return 'its package.json is not valid JSON'
  }
  if (view.sizeOf('server.js') !== undefined) return { web: 'npm start' }
  return typeof main === 'string'
    ? { web: `node ${quote(main)}` }
    : 'its package.json has no script start and no main, and there is no server.js'
}
