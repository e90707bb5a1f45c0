#!/bin/bash
# usage: certificates.sh FOLDER: an authority, the certificate of the app and one of the client `ann`, for trying out.
set -euo pipefail
mkdir -p "$1" && cd "$1"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj '/CN=example authority' 2> /dev/null
certificate() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" 2> /dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" \
    -extfile <(echo "subjectAltName=DNS:$2") 2> /dev/null
  cat "$1.crt" "$1.key" > "$1.pem"
}
certificate server localhost
certificate client ann
python3 - <<'PYTHON'
import json
credentials = {"server": open("server.pem").read(), "clients": open("ca.pem").read()}
json.dump({"user-provided": [{"name": "tls", "credentials": credentials}]}, open("services.json", "w"))
PYTHON
echo "$1: $(ls -m -- *.pem services.json)"
