#!/usr/bin/env bash
# bench/soak.sh [DOCUMENTS]: resident memory of the engines while documents stream through them, as a Markdown table. Default: 10,000 short
# documents of different lengths, generated and embedded with a tiny model of the tests. Memory that grows shows as a rising column.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
build

WORK=$ROOT/.local/soak
readonly WORK
rm -rf -- "$WORK"
mkdir -p -- "$WORK"
trap 'rm -rf -- "$WORK"' EXIT
export PIPELINE__MODELS=$WORK/models
CLI=(dotnet "$ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll")
readonly CLI
TOTAL=${1:-10000}
STEP=$((TOTAL / 10))
readonly TOTAL STEP
"${CLI[@]}" models import "$ROOT/tests/Testing/models/bloom-a" --name generator --precision int8 >"$WORK/log" 2>&1
"${CLI[@]}" models import "$ROOT/tests/Testing/models/bloom-a" --name embedder --precision int8 --pooling last >"$WORK/log" 2>&1

# Lines of 4 to 23 random ids.
documents() {
  awk -v total="$TOTAL" 'BEGIN {
    srand(1)
    for (i = 0; i < total; i++) {
      length_ = 4 + int(rand() * 20); ids = ""
      for (j = 0; j < length_; j++) ids = ids (j ? "," : "") (5 + int(rand() * 200))
      printf "{\"id\": %d, \"ids\": [%s]}\n", i, ids
    }
  }'
}

# Runs a command over the documents; prints its resident memory after every tenth of the answers.
watch() {
  local name=$1 answers=0 pid
  shift
  coproc engine { exec "$@" <"$WORK/documents" 2>"$WORK/log"; }
  pid=$engine_PID
  while read -r _; do
    answers=$((answers + 1))
    if ((answers % STEP == 0)) && [[ -r /proc/$pid/status ]]; then
      awk -v name="$name" -v answers="$answers" '/^VmRSS/ {printf "| %s | %d | %.1f |\n", name, answers, $2 / 1024}' "/proc/$pid/status"
    fi
  done <&"${engine[0]}"
  wait "$pid" || { cat -- "$WORK/log" >&2 && exit 1; }
  ((answers == TOTAL)) || { echo "$name: $answers of $TOTAL answers." >&2 && exit 1; }
}

documents >"$WORK/documents"
printf '| engine | documents | resident, MB |\n| --- | --: | --: |\n'
watch generate "${CLI[@]}" models generate --model generator --max-new-tokens 8 --min-new-tokens 8
watch embed "${CLI[@]}" models embed --model embedder
