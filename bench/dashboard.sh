#!/usr/bin/env bash
# bench/dashboard.sh [DOCUMENTS]: seconds of the dashboard's pages and of API reads over a database of that many documents (1,000,000), as a
# Markdown table. The rows are made by bench/dashboard.sql. Needs 6 GB of disk per million documents under .local/test.
# Cold: the first request after PostgreSQL and the service were started (the file cache of the machine stays). Warm: median and slowest of 7.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname -- "${BASH_SOURCE[0]}")/launcher.sh"
DOCUMENTS=${1:-1000000}
readonly DOCUMENTS ROUNDS=7
test_set_up postgres rabbitmq
trap 'stop_scoring; servers_stop postgres rabbitmq' EXIT

setting() { sed -n "s/.*$1=\([^;]*\).*/\1/p" <<<"$PIPELINE_TEST_POSTGRES"; }
PGHOST=$(setting Host) PGPORT=$(setting Port) PGUSER=$(setting Username) PGPASSWORD=$(setting Password) PGDATABASE=postgres
export PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE
query() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
query -c 'create database bench'
PGDATABASE=bench
export PIPELINE__POSTGRES="${PIPELINE_TEST_POSTGRES/Database=postgres/Database=bench}" PIPELINE__RABBITMQ=$PIPELINE_TEST_RABBITMQ
export PIPELINE__OPERATORPASSWORD=bench ASPNETCORE_URLS=http://127.0.0.1:0

SCORING=
LOG=$STATE/bench-scoring.log
start_scoring() {
  dotnet "$ROOT/artifacts/bin/Scoring/release/Pipeline.Scoring.dll" >"$LOG" 2>&1 &
  SCORING=$!
  ADDRESS=
  while [[ -z $ADDRESS ]]; do
    kill -0 "$SCORING" 2>/dev/null || { cat -- "$LOG" >&2 && exit 1; }
    ADDRESS=$(grep -o 'http://127[^" ]*' "$LOG" | head -1) || sleep 0.2
  done
}
stop_scoring() {
  [[ -z $SCORING ]] || { kill "$SCORING" && wait "$SCORING" || true; }
  SCORING=
}

# Seconds of one request; its body goes to $BODY.
BODY=$STATE/bench-body
request() { # PATH
  local head=(-u operator:bench -H 'Accept: text/html')
  [[ $1 != /api/* ]] || head=(-H 'Authorization: Bearer pipeline-bench')
  curl -sS --fail-with-body --max-time 170 -o "$BODY" -w '%{time_total}' "${head[@]}" "$ADDRESS$1"
}

# Prints the row of one address.
row() { # NAME PATH [ROUNDS]
  local name=$1 path=$2 rounds=${3:-$ROUNDS} cold times=() round
  cold=$(request "$path")
  for ((round = 0; round < rounds; round++)); do
    times+=("$(request "$path")")
  done
  printf '%s\n' "${times[@]}" | sort -n | awk -v name="$name" -v cold="$cold" \
    '{t[NR] = $1} END {printf "| %s | %.3f | %.3f | %.3f |\n", name, cold, t[int((NR + 1) / 2)], t[NR]}'
}

# Prints after how many seconds a page shows its figures, for pages that count in the background.
figures() { # NAME PATH
  local begin=$EPOCHREALTIME
  while request "$2" >/dev/null && grep -q 'class="card counting"' "$BODY"; do
    sleep 0.2
  done
  awk -v name="$1" -v from="$begin" -v to="$EPOCHREALTIME" 'BEGIN {printf "| %s | %.1f |\n", name, to - from}'
}

dotnet "$ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll" migrate >/dev/null 2>&1
started=$SECONDS
query -v documents="$DOCUMENTS" -f "$ROOT/bench/dashboard.sql"
query -c 'vacuum analyze'
printf '%s documents, %s, made in %s s\n\n' "$(query -c 'select count(*) from pipeline.documents')" \
  "$(query -c "select pg_size_pretty(pg_database_size('bench'))")" "$((SECONDS - started))"

servers_stop postgres
servers_start postgres
start_scoring
DEEP=$((DOCUMENTS / 2))
printf '| Page | cold, s | warm, s | slowest, s |\n| --- | --: | --: | --: |\n'
row 'Backlog' '/'
row 'Documents' '/documents?batch=1'
row 'Documents, a page far in' "/documents?batch=1&after=$DEEP"
row 'Documents, by id' "/documents?batch=1&id=T-$DEEP"
row 'Documents, quarantined ones' '/documents?batch=1&state=quarantined'
row 'Documents, text nobody has' '/documents?batch=1&text=nobody'
row 'A document' "/documents/1/$DEEP"
row 'Quality' '/quality?batch=1'
row 'Compare' '/compare?batch=1&a=lead&b=extractive'
row 'Compare, a small batch' '/compare?batch=5&a=lead&b=extractive'
row 'Alerts' '/alerts'
row 'Schedules' '/schedules'
row 'New schedule' '/schedules/new'
printf '\n| First figures | after, s |\n| --- | --: |\n'
figures 'Backlog' '/'
figures 'Quality' '/quality?batch=1'
figures 'Compare' '/compare?batch=1&a=lead&b=extractive'
printf '\n| API | cold, s | warm, s | slowest, s |\n| --- | --: | --: | --: |\n'
row 'recipes' '/api/recipes'
row 'alerts' '/api/alerts'
row 'schedules' '/api/schedules'
row 'results, a page of 200 lines' '/api/batches/1/results'
row 'failures' '/api/batches/1/failures'
row 'a small batch' '/api/batches/5'
row 'the large batch' '/api/batches/1' 3
row 'batches, newest first' '/api/batches?limit=20' 3
row 'status' '/api/status' 3
row 'scores of a small batch' '/api/batches/5/scores' 3
row 'scores of the large batch' '/api/batches/1/scores' 2
row 'compare, a small batch' '/api/compare?batch=5&a=lead&b=extractive' 3
row 'compare, the large batch' '/api/compare?batch=1&a=lead&b=extractive' 1
