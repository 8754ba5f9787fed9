#!/usr/bin/env bash
# bench/import.sh [PRECISION...]: seconds and peak memory of `models import` at real sizes (random weights), as a Markdown table.
# Without a precision: fp32. Needs 5 GB of disk under .local/import, which it removes at the end.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
build

WORK=$ROOT/.local/import
readonly WORK
rm -rf -- "$WORK"
mkdir -p -- "$WORK"
trap 'rm -rf -- "$WORK"' EXIT
export PIPELINE__MODELS=$WORK/models
(($# > 0)) || set -- fp32

# Runs the program and sets SECONDS_TAKEN and PEAK_MB; the peak is the kernel's own high-water mark, read until the end.
measure() {
  local start=$EPOCHREALTIME pid status
  "$@" >/dev/null 2>"$WORK/log" &
  pid=$!
  PEAK_MB=0
  while status=$(awk '/^VmHWM/ {printf "%d", $2 / 1024}' "/proc/$pid/status" 2>/dev/null) && [[ -n $status ]]; do
    PEAK_MB=$status
    sleep 0.1
  done
  wait "$pid" || { cat -- "$WORK/log" >&2 && exit 1; }
  SECONDS_TAKEN=$(awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN {printf "%.1f", to - from}')
}

megabytes() {
  du -sm --apparent-size -- "$1" | cut -f1
}

printf '| model | precision | source, MB | imported, MB | seconds | peak memory, MB |\n| --- | --- | --: | --: | --: | --: |\n'
for shape in bloom-560m gte-large-zh; do
  dotnet "$ROOT/artifacts/bin/RandomModel/release/Pipeline.RandomModel.dll" "$shape" "$WORK/$shape"
  for precision in "$@"; do
    measure dotnet "$ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll" models import "$WORK/$shape" --precision "$precision"
    printf '| %s | %s | %s | %s | %s | %s |\n' "$shape" "$precision" "$(megabytes "$WORK/$shape")" "$(megabytes "$PIPELINE__MODELS/$shape")" \
      "$SECONDS_TAKEN" "$PEAK_MB"
    rm -rf -- "$PIPELINE__MODELS"
  done
  rm -rf -- "${WORK:?}/$shape"
done
