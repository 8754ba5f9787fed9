# shellcheck shell=bash
# What the launcher needs from the machine: the .NET SDK, and for private servers PostgreSQL, pgvector and RabbitMQ.

readonly RABBITMQ_BIN=/usr/lib/rabbitmq/bin
readonly PGVECTOR_MINIMUM=0.8.0

# Puts `dotnet` on the PATH. The SDK's folders are read instead of asking `dotnet --list-sdks`, which costs 0.1 s.
need_dotnet() {
  local wanted candidate folder sdk
  wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$ROOT/global.json")
  for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    [[ -x $candidate ]] || continue
    folder=$(readlink -f -- "$candidate")
    folder=${folder%/*}
    for sdk in "$folder/sdk/${wanted%.*}".*; do
      # global.json rolls forward to a later feature band of the same minor version, and so does this comparison.
      if [[ -d $sdk && ${sdk##*.} =~ ^[0-9]+$ ]] && ((${sdk##*.} >= ${wanted##*.})); then
        export DOTNET_ROOT=$folder PATH="$folder:$PATH"
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
        return 0
      fi
    done
  done
  fail "$(t "the .NET SDK $wanted or a later ${wanted%.*}.x is needed; looked on the PATH, in ~/.dotnet and in /usr/share/dotnet." \
      "需要 .NET SDK $wanted 或更新的 ${wanted%.*}.x；已在 PATH、~/.dotnet 和 /usr/share/dotnet 中查找。")" \
    "$(t "Install it for yourself with:  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel ${wanted%.*}" \
      "可为自己安装：  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel ${wanted%.*}")" \
    "$(t "(needs curl and libicu or DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; it installs to ~/.dotnet)" \
      "（需要 curl，以及 libicu 或 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1；安装到 ~/.dotnet）")"
}

# Prints the newest installed PostgreSQL that has a good pgvector, or else the newest installed one; fails if none.
postgres_version() {
  local version newest=
  for version in $(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -rV); do
    if [[ ! -x /usr/lib/postgresql/$version/bin/initdb ]] || ((version < 15)); then continue; fi
    newest=${newest:-$version}
    if pgvector_installed "$version"; then
      newest=$version
      break
    fi
  done
  [[ -n $newest ]] && printf '%s\n' "$newest"
}

pgvector_installed() { # POSTGRES_VERSION
  local control=/usr/share/postgresql/$1/extension/vector.control version
  [[ -f /usr/lib/postgresql/$1/lib/vector.so ]] || return 1
  version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$control" 2>/dev/null)
  [[ -n $version && $(printf '%s\n' "$PGVECTOR_MINIMUM" "$version" | sort -V | head -n 1) == "$PGVECTOR_MINIMUM" ]]
}

# need_servers [postgres] [rabbitmq] [chromium] - the browser is for tests. Installs what is missing, or says what to run when we have no right to.
need_servers() {
  local server version missing=()
  for server; do
    case $server in
      postgres) version=$(postgres_version) && pgvector_installed "$version" || missing+=(postgres) ;;
      chromium) [[ -n ${PIPELINE_TEST_CHROMIUM:-} || -x /usr/bin/chromium ]] || missing+=(chromium) ;;
      rabbitmq) [[ -x $RABBITMQ_BIN/rabbitmq-server ]] && command -v erl >/dev/null || missing+=(rabbitmq) ;;
    esac
  done
  ((${#missing[@]} > 0)) || return 0
  command -v apt-get >/dev/null || fail "$(t "${missing[*]} must be installed, and this machine has no apt-get to do it with." \
      "需要安装 ${missing[*]}，而本机没有 apt-get。")" \
    "$(t "Use Debian or Ubuntu, or point PIPELINE__POSTGRES and PIPELINE__RABBITMQ at servers that exist" \
      "请使用 Debian 或 Ubuntu，或将 PIPELINE__POSTGRES 和 PIPELINE__RABBITMQ 指向已有的服务器")" \
    "$(t "(PostgreSQL 15 or later with pgvector $PGVECTOR_MINIMUM or later, RabbitMQ 3.10 or later)." \
      "（PostgreSQL 15 以上并带 pgvector $PGVECTOR_MINIMUM 以上，RabbitMQ 3.10 以上）。")"
  note "$(t "installing ${missing[*]} from the distribution's packages (nothing of them is started)" \
      "正在从发行版软件包安装 ${missing[*]}（安装后不会启动）")"
  as_root bash "$ROOT/eng/install-packages.sh" "${missing[@]}" || fail "$(t "the packages for ${missing[*]} could not be installed." "无法安装 ${missing[*]} 的软件包。")" \
    "$(t "The reason is above; try again with:  sudo bash $ROOT/eng/install-packages.sh ${missing[*]}" \
      "原因见上文；可重试：  sudo bash $ROOT/eng/install-packages.sh ${missing[*]}")"
}

as_root() { # COMMAND...
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }; then
    sudo "$@"
  else
    fail "$(t "installing packages needs root, and sudo is missing or not allowed here. Run as root, once:" \
      "安装软件包需要 root，而此处没有 sudo 或不允许使用。请以 root 身份运行一次：")" "$(printf '%q ' "$@")"
  fi
}
