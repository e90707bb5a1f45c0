/**
 * Real proxies as sidecars that take `$PORT` and pass on to `$APP_PORT`: their configurations, and the commands that fill in
 * and start them. `@PROTO@` is for HTTP/2 with nginx (towards the client) and HAProxy, `$SCHEME` with Caddy
 * (towards the app).
 */
export const NGINX = `daemon off; worker_processes 1; pid @TMPDIR@/nginx.pid; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path @TMPDIR@/b; proxy_temp_path @TMPDIR@/p; fastcgi_temp_path @TMPDIR@/f; uwsgi_temp_path @TMPDIR@/u; scgi_temp_path @TMPDIR@/s;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream behind { server 127.0.0.1:@APP_PORT@; keepalive 16; }
  server { listen @PORT@ @PROTO@; location / {
    proxy_pass http://behind; proxy_http_version 1.1; proxy_next_upstream off; proxy_set_header Host $host;
    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
  } }
}`
export const HAPROXY = `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind ":\${PORT}" @PROTO@
  default_backend behind
backend behind
  server app "127.0.0.1:\${APP_PORT}" @PROTO@
`
export const CADDY = `{
  admin off
  auto_https off
  servers {
    protocols h1 h2 h2c
  }
  grace_period 9s
}
http://:{$PORT} {
  reverse_proxy {$SCHEME}127.0.0.1:{$APP_PORT}
}
`
export const COMMANDS = {
  nginx:
    'sed "s|@PORT@|$PORT|;s|@APP_PORT@|$APP_PORT|;s|@TMPDIR@|$TMPDIR|g" nginx.conf > "$TMPDIR/nginx.conf" && exec nginx -e stderr -p "$TMPDIR" -c "$TMPDIR/nginx.conf"',
  haproxy: 'exec haproxy -db -f haproxy.cfg',
  caddy:
    'XDG_CONFIG_HOME=$TMPDIR XDG_DATA_HOME=$TMPDIR exec caddy run --config Caddyfile --adapter caddyfile',
} as const
