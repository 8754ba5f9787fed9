# shellcheck shell=bash
# The Release build, skipped when nothing changed since the last one that succeeded.

readonly BUILD_STAMP=$ROOT/artifacts/.built

# Files at the root that a build reads. Kept in the stamp, so that a removed one is noticed.
build_inputs() (
  shopt -s nullglob
  cd "$ROOT" || exit
  printf '%s\n' ./global.json ./.editorconfig ./*.sln ./*.props ./*.targets ./[Nn]u[Gg]et.[Cc]onfig
)

# MSBuild itself needs seconds to find out that there is nothing to do. A folder's time changes when a file in it is
# added or removed, so removed sources are noticed too.
build_is_stale() {
  local list files
  [[ -f $BUILD_STAMP && -f $ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll ]] || return 0
  list=$(build_inputs)
  [[ $list == "$(<"$BUILD_STAMP")" ]] || return 0
  mapfile -t files <<<"$list"
  [[ -n $(cd "$ROOT" && find "${files[@]}" src tests bench eng/BannedSymbols.txt eng/OnnxRuntime.props \( -name artifacts -o -path bench/results \) -prune -o -newer "$BUILD_STAMP" -print -quit) ]]
}

build() {
  local log=$ROOT/artifacts/build.log
  mkdir -p -- "$ROOT/artifacts"
  lock 8 "$ROOT/artifacts/.lock" "the build"
  # Somebody else may have built while we waited for the lock.
  build_is_stale || return 0
  note "$(t "building (Release; the messages go to artifacts/build.log)" \
      "正在构建（Release；编译信息写入 artifacts/build.log）")"
  build_inputs >"$ROOT/artifacts/.building"
  # A compiler server of our own (a cold compiler per project takes three times as long), ended afterwards: left behind, it would
  # hold hundreds of megabytes for ten minutes.
  local compiler=pipeline-$$ code=0
  (umask "$USER_UMASK" && release_locks && cd "$ROOT" && exec dotnet build Pipeline.sln -c Release --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler") >"$log" 2>&1 || code=$?
  pkill -f -- "-pipename:$compiler" || true
  if ((code != 0)); then
    cat -- "$log" >&2
    fail "$(t "the build failed; the compiler's messages are above and in artifacts/build.log." \
      "构建失败；编译器的信息见上文和 artifacts/build.log。")" \
      "$(t "When it is about packages that can't be loaded, check 'dotnet nuget list source' and the network." \
      "若是无法下载软件包，请检查 'dotnet nuget list source' 和网络。")"
  fi
  # The stamp is as old as the build's start: what was edited meanwhile is newer.
  mv -f -- "$ROOT/artifacts/.building" "$BUILD_STAMP"
  exec 8>&-
}
