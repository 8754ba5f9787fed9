#!/usr/bin/env bash
# Makes kernels.ptx from kernels.cu; for clang of Debian (apt install clang-14). For cards of compute capability 8.0 and later.
# The last line says which source it was made from; a test compares.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
"${CLANG:-clang-14}" -x cuda --cuda-device-only --cuda-gpu-arch=sm_80 -nocudainc -nocudalib -O3 -ffp-contract=fast -Wall -Wno-unknown-cuda-version \
  -I. -Xclang -target-feature -Xclang +ptx74 -S kernels.cu -o kernels.ptx
printf '// device.h and kernels.cu: sha256 %s\n' "$(cat device.h kernels.cu | sha256sum | cut -d ' ' -f 1)" >> kernels.ptx
