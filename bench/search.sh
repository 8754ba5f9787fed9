#!/usr/bin/env bash
# bench/search.sh tickets|clusters [VECTORS]: recall and latency of the search against comparing everything, on servers and data of its own.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
test_set_up postgres
dotnet build "$ROOT/bench/SearchBench" -c Release --nologo -v quiet
dotnet "$ROOT/artifacts/bin/SearchBench/release/Pipeline.SearchBench.dll" "${1:-tickets}" "${2:-100000}"
