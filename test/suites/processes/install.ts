import { installPackages } from '../../support/programs.ts'
/** Debian's nginx, HAProxy, Caddy and Redis; wrk. */

export default function install(): void {
  installPackages({
    nginx: 'nginx',
    haproxy: 'haproxy',
    caddy: 'caddy',
    'redis-server': 'redis-server',
    wrk: 'wrk',
  })
}
