#!/usr/bin/env bash
# bench/load.sh [DOCUMENTS[,DOCUMENTS...] [RECIPE]]: the whole pipeline under load, on servers and data of its own (the instance of the tests).
# Several counts make a growth table.
set -euo pipefail
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
USER_UMASK=$(umask)
readonly ROOT
# shellcheck disable=SC2034 # read by the parts
readonly USER_UMASK
for part in common prerequisites build servers services sql test; do
  # shellcheck source=/dev/null
  . "$ROOT/eng/$part.sh"
done
need_dotnet
need_servers postgres rabbitmq
use_instance main
claim_folder
test_build
use_instance test
lock 7 "$ROOT/.local/test.lock" "a test run"
trap 'servers_stop postgres rabbitmq' EXIT
trap 'exit 1' INT TERM
test_servers_fresh postgres rabbitmq
test_environment
dotnet "$ROOT/artifacts/bin/LoadTest/release/Pipeline.LoadTest.dll" "${1:-100000}" "$ROOT" "${2:-extractive}"
