/** Debian's nginx, HAProxy, Caddy and Redis; wrk. */
import { installPackages } from '../../support/debian-packages.ts'

export default function install(): void {
  installPackages({
    nginx: 'nginx',
    haproxy: 'haproxy',
    caddy: 'caddy',
    'redis-server': 'redis-server',
    wrk: 'wrk',
  })
}
