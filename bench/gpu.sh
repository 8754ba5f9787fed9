#!/usr/bin/env bash
# bench/gpu.sh [GENERATOR_FOLDER EMBEDDER_FOLDER]: checks and times the models of a GPU worker; prints Markdown tables.
#
# Without folders: models of the real shapes (BLOOM-560M, GTE-Chinese-Large) with random weights. They are imported for the GPU (fp16) and, to check
# them, for the CPU (fp32), the generator also with keys and values in 8 bits; they are compared, then every batch size is timed, then whole documents
# through the engines. Without a GPU it runs on the CPU and says so: that proves the script.
#
# The programs come from this checkout, built with -p:Accelerator=cuda. On a machine without .NET, publish them self-contained and name them:
#   dotnet publish src/Cli -c Release -r linux-x64 --self-contained -p:Accelerator=cuda -o kit/cli        (and bench/RandomModel likewise)
#   CLI=kit/cli/Pipeline.Cli RANDOM_MODEL=kit/random/Pipeline.RandomModel bench/gpu.sh
# TOKENS, NEW_TOKENS, BATCHES, EMBED_BATCHES, TOGETHER, DOCUMENTS and SECONDS_EACH change what is run; WORK is the folder of the models (6 GB), removed at
# the end.
set -euo pipefail
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
CLI=${CLI:-dotnet $ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll}
RANDOM_MODEL=${RANDOM_MODEL:-dotnet $ROOT/artifacts/bin/RandomModel/release/Pipeline.RandomModel.dll}
TOKENS=${TOKENS:-512}
NEW_TOKENS=${NEW_TOKENS:-80}
BATCHES=${BATCHES:-1,8,32,64,128,256,512}
EMBED_BATCHES=${EMBED_BATCHES:-1,8,32,64}
TOGETHER=${TOGETHER:-300}
DOCUMENTS=${DOCUMENTS:-10000}
SECONDS_EACH=${SECONDS_EACH:-2}
WORK=${WORK:-$ROOT/.local/gpu}
(($# == 0 || $# == 2)) || { echo "usage: bench/gpu.sh [GENERATOR_FOLDER EMBEDDER_FOLDER]" >&2 && exit 2; }

rm -rf -- "$WORK"
mkdir -p -- "$WORK"
export PIPELINE__MODELS=$WORK/models
sampler=
trap '[[ -z $sampler ]] || kill "$sampler"; rm -rf -- "$WORK"' EXIT

if command -v nvidia-smi >/dev/null && nvidia-smi >/dev/null 2>&1; then
  echo "GPU: $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1)"
  nvidia-smi --query-gpu=memory.used,clocks.sm,power.draw --format=csv,noheader,nounits -lms 200 >>"$WORK/device" &
  sampler=$!
else
  echo "GPU: none; everything below ran on the CPU."
  export PIPELINE__CUDA__ALLOWCPU=true
  : >"$WORK/device"
fi

# A field of a line of JSON: a number, or a string without escapes.
number() {
  sed -E "s/.*\"$1\":(\"[^\"]*\"|[^,}]*).*/\1/" <<<"$2"
}

# What the device had taken at the most since the last time, when a third and all of that time had passed, and its clock and power in the last two thirds.
device() {
  awk -F ', ' '{used[NR] = $1; clock[NR] = $2; power[NR] = $3; if ($1 > most) most = $1}
    END {
      if (!NR) { printf "-"; exit }
      for (i = int(NR / 3) + 1; i <= NR; i++) { clocks += clock[i]; powers += power[i] }
      last = NR - int(NR / 3)
      printf "%d MiB (a third through %d, last %d), %d MHz, %d W", most, used[int(NR / 3) + 1], used[NR - (NR > 2)], clocks / last, powers / last
    }' "$WORK/device"
  : >"$WORK/device"
}

generator=${1:-$WORK/bloom-560m}
embedder=${2:-$WORK/gte-large-zh}
if (($# == 0)); then
  $RANDOM_MODEL bloom-560m "$generator"
  $RANDOM_MODEL gte-large-zh "$embedder"
fi

import() {
  $CLI models import "$@" >"$WORK/$3.log" 2>&1 || { cat -- "$WORK/$3.log" >&2 && return 1; }
}
pids=()
for pair in "generator $generator" "embedder $embedder"; do
  read -r name folder <<<"$pair"
  import "$folder" --name "$name-gpu" --target cuda --precision fp16 & pids+=($!)
  import "$folder" --name "$name-cpu" & pids+=($!)
done
import "$generator" --name generator-int8 --target cuda --precision fp16 --cache int8 & pids+=($!)
for pid in "${pids[@]}"; do wait "$pid"; done

short=$((TOKENS / 8 > 1 ? TOKENS / 8 : 1))
printf '\n| check against fp32 on the CPU | |\n| --- | --: |\n'
agree() {
  local line
  line=$($CLI models agree "$1" generator-cpu --random "$3" --tokens "$4" --new-tokens "$5" --json "${@:6}")
  printf '| %s, %s texts of %s%s + %s: same token | %s |\n' "$2" "$3" "${6:+up to }" "$4" "$5" "$(number same_token "$line")"
  printf '| the same: largest difference of logits, rms | %s |\n' "$(number logit_rms_worst "$line")"
}
agree generator-gpu generator 2 "$TOKENS" "$NEW_TOKENS"
agree generator-int8 'keys and values in 8 bits' 2 "$TOKENS" "$NEW_TOKENS"
agree generator-gpu 'generator, together' "$TOGETHER" "$short" 8 --together "$TOGETHER"
line=$($CLI models agree embedder-gpu embedder-cpu --random "$TOGETHER" --together "$TOGETHER" --tokens "$((short * 2))" --json)
printf '| embedder, %s texts of up to %s together: lowest cosine | %s |\n' "$TOGETHER" "$((short * 2))" "$(number cosine_lowest "$line")"
device >/dev/null

printf '\n| embedder, batch | documents/s | tokens/s |\n| --: | --: | --: |\n'
$CLI models bench embedder-gpu --batch "$EMBED_BATCHES" --tokens "$TOKENS" --seconds "$SECONDS_EACH" --json | while read -r line; do
  printf '| %s | %s | %s |\n' "$(number batch "$line")" "$(number documents_per_second "$line")" "$(number tokens_per_second "$line")"
done
printf '\nThe device: %s\n' "$(device)"

for name in generator-gpu generator-int8; do
  printf '\n| %s, rows | documents/s (%s + %s) | prompt tokens/s | new tokens/s |\n| --: | --: | --: | --: |\n' "$name" "$TOKENS" "$NEW_TOKENS"
  $CLI models bench "$name" --batch "$BATCHES" --tokens "$TOKENS" --new-tokens "$NEW_TOKENS" --seconds "$SECONDS_EACH" --json | while read -r line; do
    printf '| %s | %s | %s | %s |\n' "$(number batch "$line")" "$(number documents_per_second "$line")" "$(number tokens_per_second "$line")" \
      "$(number new_tokens_per_second "$line")"
  done
  printf '\nThe device: %s\n' "$(device)"
done

printf '\n| whole documents through the engine | documents/s | outside ONNX Runtime | the device |\n| --- | --: | --: | --- |\n'
engine() {
  $CLI models bench "$1" --compare --batch "$2" --tokens "$TOKENS" --new-tokens "$NEW_TOKENS" --documents "$3" --rounds 1 --json 2>/dev/null >"$WORK/lines"
  local used
  used=$(device)
  while read -r line; do
    printf '| %s | %s | %s | %s |\n' "$(number contender "$line" | tr -d '"')" \
      "$(awk -v hour="$(number documents_per_hour "$line")" 'BEGIN {printf "%.1f", hour / 3600}')" "$(number overhead "$line")" "$used"
  done <"$WORK/lines"
}
engine embedder-gpu "${EMBED_BATCHES##*,}" "$DOCUMENTS"
most=$(tr ',' '\n' <<<"$BATCHES" | sort -n | tail -1)
((most < 256)) || engine generator-gpu 256 $((DOCUMENTS / 4))
((most < 512)) || engine generator-gpu 512 "$DOCUMENTS"
((most < 512)) || engine generator-int8 512 "$DOCUMENTS"
