#!/usr/bin/env bash
# Keeps one service running: `supervise.sh MARK PID_FILE LOG COMMAND...`, started in a session of its own by services.sh.
# A crash is answered with a restart after 1 s, doubling to 30 s. Exit code 0 (told to stop) and 78 (misconfigured:
# a restart would fail in the same way) end it. MARK identifies this process and the service, see `marked` in common.sh.
set -uo pipefail
mark=$1 pid_file=$2
exec >>"$3" 2>&1
shift 3

child=
stopping=
stop() {
  stopping=yes
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null
}
trap stop TERM INT
trap '' HUP
echo $$ >"$pid_file"

say() { printf '%(%FT%TZ)T supervisor: %s\n' -1 "$*"; }

delay=1
while [[ -z $stopping ]]; do
  started=$SECONDS
  # As its argument zero the service carries the mark, and is found also when this supervisor was killed.
  (exec -a "$mark" "$@") &
  child=$!
  # A signal ends `wait` early; only the second one has the exit code then.
  wait "$child"
  code=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  child=
  if [[ -n $stopping ]] || ((code == 0 || code == 78)); then
    say "the service ended with exit code $code"
    break
  fi
  ((SECONDS - started < 60)) || delay=1
  say "the service crashed with exit code $code, next start in $delay s"
  # In the background, so that a signal is handled at once.
  sleep "$delay" &
  child=$!
  wait "$child"
  kill "$child" 2>/dev/null
  child=
  delay=$((delay * 2 < 30 ? delay * 2 : 30))
done
rm -f -- "$pid_file"
