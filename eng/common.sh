# shellcheck shell=bash
# Helpers shared by the launcher's parts: messages, waiting, processes, ports, the appsettings.json reader.

# t ENGLISH CHINESE - the message in the user's language: --lang (kept in PIPELINE_LANG), else the locale.
t() {
  local language=${PIPELINE_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}
  if [[ $language == zh* ]]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

note() { printf 'pipeline: %s\n' "$*" >&2; }

# fail MESSAGE... - every message names the cause and the remedy; the arguments are printed one a line.
fail() {
  printf 'pipeline: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '          %s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf 'pipeline: %s\n' "$1" >&2
  exit 2
}

show_log() { # FILE
  [[ -s $1 ]] || return 0
  printf -- '--- %s\n' "$(t "last lines of $1" "$1 的最后几行")" >&2
  tail -n 20 -- "$1" >&2
  printf -- '---\n' >&2
}

# A log is moved aside once, at start, so that a forgotten service can't fill the disk over many restarts.
rotate_log() { # FILE
  local size
  size=$(stat -c %s -- "$1" 2>/dev/null) || return 0
  ((size <= 10 * 1024 * 1024)) || mv -f -- "$1" "$1.1"
}

# wait_until SECONDS COMMAND... - polls; EPOCHREALTIME is used because SECONDS is too coarse for short waits.
wait_until() {
  local deadline=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < deadline)) || return 1
    sleep 0.1
  done
}

# --- processes ------------------------------------------------------------------------------------------------------

# Prints the ids of the processes that have MARK as one whole argument. Ids found this way can't be stale, as those in
# pid files are after a crash, and survive the removal of .local. The pattern goes through a file, not an argument:
# grep must not find itself.
marked() { # MARK
  local file
  while IFS= read -r file; do
    file=${file#/proc/}
    printf '%s\n' "${file%/cmdline}"
  done < <(grep -lsazxF -f <(printf '%s\n' "$1") /proc/[0-9]*/cmdline)
}

# A zombie counts as gone: in a container without an init process nobody collects it.
alive() { # PID
  local state
  state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null) && [[ -n $state && $state != Z ]]
}

none_alive() { # PID...
  local pid
  for pid; do
    ! alive "$pid" || return 1
  done
}

# tracked FILE MARK - prints the id kept in FILE if that process lives and carries MARK; fails otherwise.
tracked() {
  local kept pid
  kept=$(cat -- "$1" 2>/dev/null) && [[ -n $kept ]] || return 1
  for pid in $(marked "$2"); do
    if [[ $pid == "$kept" ]]; then
      printf '%s\n' "$pid"
      return 0
    fi
  done
  return 1
}

# terminate SIGNAL SECONDS PID... - asks, waits, then kills.
terminate() {
  local signal=$1 seconds=$2
  shift 2
  (($# > 0)) || return 0
  kill -s "$signal" "$@" 2>/dev/null || true
  if ! wait_until "$seconds" none_alive "$@"; then
    local pid left=()
    for pid; do ! alive "$pid" || left+=("$pid"); done
    note "$(t "process ${left[*]} did not stop within $seconds s and is killed" \
      "进程 ${left[*]} 在 $seconds 秒内没有停止，强制结束")"
    kill -KILL "$@" 2>/dev/null || true
    wait_until 10 none_alive "$@" || fail "$(t "process $* does not die; see 'ps -fp $1'" "进程 $* 无法结束；请查看 'ps -fp $1'")"
  fi
}

# as_account ACCOUNT COMMAND... - root runs the command as ACCOUNT, everyone else as themselves. `cd /` because the
# account may not be allowed to enter our folder.
as_account() { (become "$@"); }

# The same, but replaces the (sub)shell: a background process must not leave a shell that waits for it.
become() {
  local account=$1
  shift
  cd /
  release_locks
  if ((EUID == 0)); then
    exec setpriv --reuid="$account" --regid="$account" --init-groups -- "$@"
  else
    exec "$@"
  fi
}

# --- locks ----------------------------------------------------------------------------------------------------------

# lock FD FILE WHAT - held until the launcher exits. The descriptors: 7 a test run, 8 the build, 9 servers and services.
lock() {
  local fd=$1 file=$2 what=$3
  mkdir -p -- "${file%/*}"
  [[ ! -e $file || -w $file ]] || fail "$(t "$file belongs to $(stat -c %U "$file"), and you are $(id -un)." \
    "$file 属于 $(stat -c %U "$file")，而您是 $(id -un)。")" \
    "$(t "Run ./pipeline as $(stat -c %U "$file"), or in a copy of your own." \
    "请以 $(stat -c %U "$file") 的身份运行 ./pipeline，或使用您自己的副本。")"
  eval "exec $fd>\"\$file\""
  if ! flock -n "$fd"; then
    note "$(t "another ./pipeline is busy with $what; waiting for it" \
      "另一个 ./pipeline 正在进行 $what，等待中")"
    flock -w 600 "$fd" || fail "$(t "$what has been locked for 10 minutes ($file)." "$what 已被锁定 10 分钟（$file）。")" \
      "$(t "Look for a hanging ./pipeline with 'fuser -v $file', end it and try again." \
      "请用 'fuser -v $file' 找出挂起的 ./pipeline，结束它再重试。")"
  fi
}

# For what is started by us and may run on: a lock is held as long as anyone has its descriptor.
release_locks() { exec 7>&- 8>&- 9>&-; }

# --- ports ----------------------------------------------------------------------------------------------------------

# /proc instead of `ss`: iproute2 is missing in small containers.
listening() { # PORT
  grep -qsiE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A" /proc/net/tcp /proc/net/tcp6
}

# Prints "pid address:port" for each socket on which one of the processes listens beyond loopback.
# Addresses in /proc are little-endian words: 0100007F is 127.0.0.1; the long ones are ::1 and ::ffff:127.0.0.1.
exposed_sockets() { # PID...
  local pid link inode
  local -A owner=()
  for pid; do
    for link in "/proc/$pid/fd"/*; do
      inode=$(readlink -- "$link" 2>/dev/null) || continue
      [[ $inode != socket:* ]] || owner[${inode//[!0-9]/}]=$pid
    done
  done
  local address state rest
  while read -r _ address _ state _ _ _ _ _ inode rest; do
    [[ $state == 0A && -n ${owner[$inode]:-} ]] || continue
    case ${address%:*} in
      0100007F | 00000000000000000000000001000000 | 0000000000000000FFFF00000100007F) ;;
      *) printf '%s %s:%d\n' "${owner[$inode]}" "${address%:*}" "$((16#${address##*:}))" ;;
    esac
  done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
}

# Sends LINE to a loopback port and prints the first line of the answer; in Bash, because curl may be missing.
ask_port() { # PORT TEXT
  local answer=
  # The subshell limits the redirection's error message and closes the socket.
  answer=$(
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf '%b' "$2" >&3
    LC_ALL=C IFS= read -r -t 5 line <&3 || true
    printf '%s' "${line:-}"
  ) || return 1
  printf '%s' "$answer"
}

# --- settings -------------------------------------------------------------------------------------------------------

# json_value FILE SECTION KEY - prints the string at SECTION.KEY, or nothing. Knows what .NET's configuration knows:
# names in any case, comments, "Section:Key" at the top level. In awk, because jq is not a prerequisite.
json_value() {
  awk -v want="${2,,}:${3,,}" '
    function hex(digits,    n, d) {
      for (d = 1; d <= length(digits); d++) n = n * 16 + index("0123456789abcdef", tolower(substr(digits, d, 1))) - 1
      return n
    }
    { text = text $0 "\n" }
    END {
      depth = 0; key[0] = ""
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "/" && substr(text, i, 2) == "//") { while (i <= length(text) && substr(text, i, 1) != "\n") i++ }
        else if (c == "/" && substr(text, i, 2) == "/*") { i += index(substr(text, i), "*/") }
        else if (c == "{" || c == "[") { depth++; key[depth] = ""; name = "" }
        else if (c == "}" || c == "]") { depth--; name = "" }
        else if (c == ",") { name = "" }
        else if (c == ":") { key[depth] = tolower(name) }
        else if (c == "\"") {
          name = ""
          for (i++; i <= length(text) && (c = substr(text, i, 1)) != "\""; i++) {
            if (c == "\\") {
              i++; c = substr(text, i, 1)
              if (c == "n") c = "\n"
              else if (c == "t") c = "\t"
              else if (c == "u") { c = sprintf("%c", hex(substr(text, i + 1, 4))); i += 4 }
            }
            name = name c
          }
          path = ""
          for (d = 1; d <= depth; d++) path = path (d > 1 ? ":" : "") key[d]
          if (path == want && substr(text, i + 1) !~ /^[ \t\r\n]*:/) found = name
        }
      }
      printf "%s", found
    }' "$1"
}

random_password() { head -c 24 /dev/urandom | base64 | tr -d '/+='; }
