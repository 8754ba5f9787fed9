#!/usr/bin/env bash
# bench/gpu.sh [GENERATOR_FOLDER EMBEDDER_FOLDER]: checks and times the models of a GPU worker; prints Markdown tables.
#
# Without folders: models of the real shapes (BLOOM-560M, GTE-Chinese-Large) with random weights. They are imported for the GPU (fp16) and, to check
# them, for the CPU (fp32); the two are compared, then every batch size is timed. Without a GPU it runs on the CPU and says so: that proves the script.
#
# The programs come from this checkout, built with -p:Accelerator=cuda. On a machine without .NET, publish them self-contained and name them:
#   dotnet publish src/Cli -c Release -r linux-x64 --self-contained -p:Accelerator=cuda -o kit/cli        (and bench/RandomModel likewise)
#   CLI=kit/cli/Pipeline.Cli RANDOM_MODEL=kit/random/Pipeline.RandomModel bench/gpu.sh
# TOKENS, NEW_TOKENS, BATCHES, TEXTS and SECONDS_EACH change what is run; WORK is the folder of the models (6 GB), removed at the end.
set -euo pipefail
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
CLI=${CLI:-dotnet $ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll}
RANDOM_MODEL=${RANDOM_MODEL:-dotnet $ROOT/artifacts/bin/RandomModel/release/Pipeline.RandomModel.dll}
TOKENS=${TOKENS:-512}
NEW_TOKENS=${NEW_TOKENS:-80}
BATCHES=${BATCHES:-1,32,64,128,256,512}
TEXTS=${TEXTS:-8}
SECONDS_EACH=${SECONDS_EACH:-5}
WORK=${WORK:-$ROOT/.local/gpu}
(($# == 0 || $# == 2)) || { echo "usage: bench/gpu.sh [GENERATOR_FOLDER EMBEDDER_FOLDER]" >&2 && exit 2; }

rm -rf -- "$WORK"
mkdir -p -- "$WORK"
trap 'rm -rf -- "$WORK"' EXIT
export PIPELINE__MODELS=$WORK/models

if command -v nvidia-smi >/dev/null && nvidia-smi >/dev/null 2>&1; then
  echo "GPU: $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader | head -1)"
else
  echo "GPU: none; everything below ran on the CPU."
  export PIPELINE__CUDA__ALLOWCPU=true
fi

# A field of a line of JSON: a number, or a string without escapes.
number() {
  sed -E "s/.*\"$1\":(\"[^\"]*\"|[^,}]*).*/\1/" <<<"$2"
}

generator=${1:-$WORK/bloom-560m}
embedder=${2:-$WORK/gte-large-zh}
if (($# == 0)); then
  $RANDOM_MODEL bloom-560m "$generator"
  $RANDOM_MODEL gte-large-zh "$embedder"
fi

for pair in "generator $generator" "embedder $embedder"; do
  read -r name folder <<<"$pair"
  $CLI models import "$folder" --name "$name-gpu" --target cuda --precision fp16 >/dev/null 2>"$WORK/log" || { cat -- "$WORK/log" >&2 && exit 1; }
  $CLI models import "$folder" --name "$name-cpu" >/dev/null 2>"$WORK/log" || { cat -- "$WORK/log" >&2 && exit 1; }
done

printf '\n| check, %s texts of %s tokens | |\n| --- | --: |\n' "$TEXTS" "$TOKENS"
line=$($CLI models agree generator-gpu generator-cpu --random "$TEXTS" --tokens "$TOKENS" --new-tokens 8 --json)
printf '| generator: same token as fp32 on the CPU | %s |\n' "$(number same_token "$line")"
printf '| generator: largest difference of logits, rms | %s |\n' "$(number logit_rms_worst "$line")"
line=$($CLI models agree embedder-gpu embedder-cpu --random "$TEXTS" --tokens "$TOKENS" --json)
printf '| embedder: lowest cosine with fp32 on the CPU | %s |\n' "$(number cosine_lowest "$line")"

printf '\n| embedder, batch | documents/s | tokens/s |\n| --: | --: | --: |\n'
$CLI models bench embedder-gpu --batch "$BATCHES" --tokens "$TOKENS" --seconds "$SECONDS_EACH" --json | while read -r line; do
  printf '| %s | %s | %s |\n' "$(number batch "$line")" "$(number documents_per_second "$line")" "$(number tokens_per_second "$line")"
done

printf '\n| generator, rows | documents/s (%s + %s) | prompt tokens/s | new tokens/s |\n| --: | --: | --: | --: |\n' "$TOKENS" "$NEW_TOKENS"
$CLI models bench generator-gpu --batch "$BATCHES" --tokens "$TOKENS" --new-tokens "$NEW_TOKENS" --seconds "$SECONDS_EACH" --json | while read -r line; do
  printf '| %s | %s | %s | %s |\n' "$(number batch "$line")" "$(number documents_per_second "$line")" "$(number tokens_per_second "$line")" \
    "$(number new_tokens_per_second "$line")"
done

printf '\n| engine, whole documents, rows refilled | documents/s | outside ONNX Runtime |\n| --- | --: | --: |\n'
rows=${BATCHES##*,}
$CLI models bench generator-gpu --compare --batch "$rows" --tokens "$TOKENS" --new-tokens "$NEW_TOKENS" --documents $((rows * 2)) --rounds 1 --json |
  while read -r line; do
    printf '| %s | %s | %s |\n' "$(number contender "$line" | tr -d '"')" \
      "$(awk -v hour="$(number documents_per_hour "$line")" 'BEGIN {printf "%.3f", hour / 3600}')" "$(number overhead "$line")"
  done
