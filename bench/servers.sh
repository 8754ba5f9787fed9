# shellcheck shell=bash
# For the scripts beside it: a build, and servers and data of their own (the instance of the tests), thrown away by the next run.
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
USER_UMASK=$(umask)
readonly ROOT
# shellcheck disable=SC2034 # read by the parts
readonly USER_UMASK
for part in common prerequisites build servers services sql test; do
  # shellcheck source=/dev/null
  . "$ROOT/eng/$part.sh"
done

fresh_servers() { # SERVER...
  need_dotnet
  need_servers "$@"
  use_instance main
  claim_folder
  test_build
  use_instance test
  lock 7 "$ROOT/.local/test.lock" "a test run"
  trap 'servers_stop postgres rabbitmq' EXIT
  trap 'exit 1' INT TERM
  test_servers_fresh "$@"
  test_environment
}
