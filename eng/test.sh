# shellcheck shell=bash
# `./pipeline test`: every test project against servers of its own, and the totals.

# A build, and servers of the tests' own that end with the launcher. Benchmarks use it too.
test_set_up() { # SERVER...
  need_servers "$@"
  use_instance main
  claim_folder
  test_build
  use_instance test
  # Not in .local/test, which is removed, and not the servers' lock, which the tests themselves need for restarts.
  lock 7 "$ROOT/.local/test.lock" "a test run"
  trap 'servers_stop postgres rabbitmq' EXIT
  trap 'exit 1' INT TERM
  test_servers_fresh "$@"
  test_environment
}

# Servers and data of earlier runs are thrown away: a run must not depend on the one before it.
test_servers_fresh() {
  servers_stop postgres rabbitmq
  rm -rf -- "${SERVERS_REAL:?}" "/var/lib/${MARK:?}" "${STATE:?}"
  use_instance test
  servers_start "$@"
}

# Prints passed, failed and skipped of one xUnit report (one <assembly> element each).
test_counts() { # FILE
  local line
  line=$(grep -o '<assembly [^>]*>' "$1" 2>/dev/null) || return 1
  local -A count=()
  local name
  for name in passed failed errors skipped not-run; do
    count[$name]=$(sed -n "s/.* $name=\"\([0-9]*\)\".*/\1/p" <<<"$line")
  done
  printf '%d %d %d\n' "${count[passed]:-0}" "$((${count[failed]:-0} + ${count[errors]:-0}))" "$((${count[skipped]:-0} + ${count[not-run]:-0}))"
}

# Builds of test projects lie under tests/ when Directory.Build.props is overridden there.
test_assembly() { # PROJECT_NAME
  local folder
  for folder in "$ROOT/artifacts" "$ROOT/tests/artifacts"; do
    if [[ -f $folder/bin/$1/release/Pipeline.$1.dll ]]; then
      printf '%s\n' "$folder/bin/$1/release/Pipeline.$1.dll"
      return 0
    fi
  done
  return 1
}

command_test() {
  local pattern='' project name projects=() servers=() more=()
  local passed=0 failed=0 skipped=0 failing=()
  if (($# > 0)) && [[ $1 != -- ]]; then
    pattern=$1
    shift
  fi
  if (($# > 0)); then
    [[ $1 == -- ]] || usage_error "usage: ./pipeline test [PROJECT_NAME_PART] [-- OPTIONS OF THE TEST PROGRAM]"
    shift
    more=("$@")
  fi
  for project in "$ROOT"/tests/*.Tests; do
    name=${project##*/}
    [[ ${name,,} != *"${pattern,,}"* ]] || projects+=("$name")
  done
  ((${#projects[@]} > 0)) || usage_error "no test project's name contains '$pattern'"

  need_dotnet
  [[ -n ${PIPELINE_TEST_POSTGRES:-} ]] || servers+=(postgres)
  [[ -n ${PIPELINE_TEST_RABBITMQ:-} ]] || servers+=(rabbitmq)
  [[ " ${projects[*]} " != *" Browser.Tests "* ]] || need_servers chromium
  test_set_up "${servers[@]}"
  rm -rf -- "$ROOT/artifacts/test-results"
  # One after the other: they share the servers and two cores, and some measure time.
  for name in "${projects[@]}"; do test_project "$name" "${more[@]}"; done

  servers_stop postgres rabbitmq
  trap - EXIT
  ((${#failing[@]} == 0)) || note "failed: ${failing[*]} (the messages are above and in artifacts/test-results)"
  ((passed + failed > 0)) || note "no test ran"
  if ((skipped > 0)); then
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  else
    printf '%d passed, %d failed\n' "$passed" "$failed"
  fi
  ((failed == 0 && passed > 0)) || exit 1
}

# A build replaces files that running services have mapped, so they pause for it.
test_build() {
  build_is_stale || return 0
  if any_service_runs; then
    (
      lock_servers
      rebuild_services
      note "starting the services again"
      services_start
    )
  else
    build
  fi
}

test_environment() {
  # Settings of the user's own installation must not reach the tests.
  local name
  for name in $(compgen -e PIPELINE__ || true); do unset "$name"; done
  export PIPELINE_LANG=en
  if [[ -z ${PIPELINE_TEST_POSTGRES:-} ]]; then
    # The superuser, because tests create databases and extensions of their own.
    PIPELINE_TEST_POSTGRES="Host=127.0.0.1;Port=${PORT[postgres]};Database=postgres;Username=postgres;Password=$(secret postgres)"
    PIPELINE_TEST_SERVERS=$ROOT/eng/test-servers
  fi
  if [[ -z ${PIPELINE_TEST_RABBITMQ:-} ]]; then
    PIPELINE_TEST_RABBITMQ="amqp://pipeline:$(secret rabbitmq)@127.0.0.1:${PORT[rabbitmq]}/"
    PIPELINE_TEST_SERVERS=$ROOT/eng/test-servers
  fi
  export PIPELINE_TEST_POSTGRES PIPELINE_TEST_RABBITMQ PIPELINE_TEST_SERVERS TESTINGPLATFORM_TELEMETRY_OPTOUT=1
}

# Runs one project and adds to the caller's totals. Each project is a program of Microsoft.Testing.Platform; its report,
# not its text, is counted.
test_project() { # NAME OPTION...
  local name=$1 assembly counts p f s code=0 results=$ROOT/artifacts/test-results
  shift
  assembly=$(test_assembly "$name") || fail "the build left no program for tests/$name; is the project part of Pipeline.sln?"
  note "$name"
  (
    umask "$USER_UMASK"
    release_locks
    cd "$ROOT"
    # Through `dotnet test`: run directly, the program speaks the dialect of whichever runner the project chose.
    exec dotnet test --root-directory "${assembly%/*}" --test-modules "${assembly##*/}" --no-progress --no-ansi --results-directory "$results" --timeout 20m \
      --report-xunit-xml --report-xunit-xml-filename "$name.xml" "$@"
  ) >&2 || code=$?
  counts=$(test_counts "$results/$name.xml") || counts='0 0 0'
  read -r p f s <<<"$counts"
  # Exit code 8: no test ran, which is right for an empty project or a filter. 2: tests failed. The rest are crashes.
  if ((code != 0 && code != 8 && f == 0)); then
    note "$name ended with exit code $code without reporting a failed test; counted as one failure"
    f=1
  fi
  ((f == 0)) || failing+=("$name")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}
