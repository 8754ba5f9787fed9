# shellcheck shell=bash
# For the scripts beside it: the launcher's parts. `test_set_up SERVER...` gives a build, and servers and data that the next run throws away.
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
USER_UMASK=$(umask)
readonly ROOT
# shellcheck disable=SC2034 # read by the parts
readonly USER_UMASK
for part in common prerequisites build servers services sql test; do
  # shellcheck source=/dev/null
  . "$ROOT/eng/$part.sh"
done
need_dotnet
