#!/usr/bin/env bash
# bench/load.sh [DOCUMENTS[,DOCUMENTS...] [RECIPE]]: the whole pipeline under load, on servers and data of its own (the instance of the tests).
# Several counts make a growth table.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
test_set_up postgres rabbitmq
dotnet "$ROOT/artifacts/bin/LoadTest/release/Pipeline.LoadTest.dll" "${1:-100000}" "$ROOT" "${2:-extractive}"
