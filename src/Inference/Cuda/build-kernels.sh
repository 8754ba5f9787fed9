#!/usr/bin/env bash
# Makes kernels.ptx, for cards of compute capability 8.0 and later, and hopper.ptx, for those of 9.0; for clang of Debian (apt install clang-14).
# The last line of each says which sources it was made from; a test compares.
set -euo pipefail
export LC_ALL=C # the order of *.h
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
for name in kernels hopper; do
  "${CLANG:-clang-14}" -x cuda --cuda-device-only --cuda-gpu-arch=sm_80 -nocudainc -nocudalib -O3 -ffp-contract=fast -Wall -Wno-unknown-cuda-version \
    -I. -Xclang -target-feature -Xclang +ptx74 -S "$name.cu" -o "$name.ptx"
  printf '// *.h and %s.cu: sha256 %s\n' "$name" "$(cat ./*.h "$name.cu" | sha256sum | cut -d ' ' -f 1)" >> "$name.ptx"
done
# clang-14 knows no such card; its instructions are our own assembly.
sed -i -e 's/^\.version .*/.version 8.0/' -e 's/^\.target .*/.target sm_90a/' hopper.ptx
