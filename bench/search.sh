#!/usr/bin/env bash
# bench/search.sh tickets|clusters [VECTORS]: recall and latency of the search against comparing everything, on servers and data of its own.
# bench/search.sh quality: what thresholds let through on the sample backlog; no servers.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
[[ ${1:-} == quality ]] || test_set_up postgres rabbitmq
dotnet build "$ROOT/bench/SearchBench" -c Release --nologo -v quiet
dotnet "$ROOT/artifacts/bin/SearchBench/release/Pipeline.SearchBench.dll" "${1:-tickets}" \
  "$([[ ${1:-} == quality ]] && echo "$ROOT/samples/work-orders.csv" || echo "${2:-100000}")"
