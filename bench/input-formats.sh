#!/usr/bin/env bash
# bench/input-formats.sh [LINES [LINES_TO_SUBMIT]]: the same work orders in every format, read alone and submitted, on a server of its own.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
test_set_up postgres rabbitmq
dotnet "$ROOT/artifacts/bin/InputFormats/release/Pipeline.InputFormats.dll" "$ROOT" "${1:-1000000}" "${2:-${1:-1000000}}"
