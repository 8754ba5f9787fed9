#!/usr/bin/env bash
# Installs PostgreSQL with pgvector, RabbitMQ, and the tests' browser from the distribution. Runs as root:
# `install-packages.sh [postgres] [rabbitmq] [chromium]`.
# The distribution's packages start system-wide servers, and RabbitMQ's listens on all addresses. The pipeline runs
# private ones, so nothing is started, created or enabled; servers that were here before are left as they are.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT
# shellcheck source=eng/common.sh
. "$ROOT/eng/common.sh"
# shellcheck source=eng/prerequisites.sh
. "$ROOT/eng/prerequisites.sh"

readonly PGVECTOR_VERSION=0.8.0
readonly PGVECTOR_SHA256=867a2c328d4928a5a9d6f052cd3bc78c7d60228a9b914ad32aa3db88e9de27b0
readonly POLICY=/usr/sbin/policy-rc.d
readonly CLUSTERS=/etc/postgresql-common/createcluster.conf
readonly NO_CLUSTER='create_main_cluster = false # set by the pipeline during an installation'

made_policy=
work=

clean_up() {
  [[ -z $made_policy ]] || rm -f "$POLICY"
  [[ ! -f $CLUSTERS ]] || sed -i "/^${NO_CLUSTER}\$/d" "$CLUSTERS"
  [[ -z $work ]] || rm -rf "$work"
}
trap clean_up EXIT

# Maintainer scripts ask policy-rc.d before they start a service. One that exists already is the administrator's.
deny_starts() {
  [[ ! -e $POLICY ]] || return 0
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
}

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# Upgrades nothing that is there: an upgrade would restart a database that others use.
apt_install() { apt-get install -y -q --no-install-recommends --no-upgrade "$@" >&2; }

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: *//p' | grep -vx '(none)'; }

# At the next boot systemd would start what the package enabled. Only units of packages that we just brought.
disable_units() {
  ! command -v systemctl >/dev/null || systemctl --quiet disable "$@" >/dev/null 2>&1 || true
}

install_postgres() {
  local version
  if ! version=$(postgres_version); then
    # postgresql-common first: it brings createcluster.conf, which tells the next package to create no cluster.
    apt_install postgresql-common
    grep -qE '^ *create_main_cluster' "$CLUSTERS" || printf '%s\n' "$NO_CLUSTER" >>"$CLUSTERS"
    apt_install postgresql
    version=$(postgres_version) || fail "$(t "the package postgresql brought no PostgreSQL of version 15 or later." \
      "软件包 postgresql 中没有 15 以上的 PostgreSQL。")" \
      "$(t "Use Debian 12, Ubuntu 24.04 or later, or add https://apt.postgresql.org." \
      "请使用 Debian 12、Ubuntu 24.04 或更新的系统，或添加 https://apt.postgresql.org。")"
  fi
  pgvector_installed "$version" || install_pgvector "$version"
  pgvector_installed "$version" || fail "$(t "pgvector for PostgreSQL $version is still missing after its installation." \
      "安装后仍然没有 PostgreSQL $version 的 pgvector。")"
}

install_pgvector() { # POSTGRES_VERSION
  local package=postgresql-$1-pgvector version
  if version=$(candidate "$package") && dpkg --compare-versions "$version" ge "$PGVECTOR_MINIMUM"; then
    apt_install "$package"
  else
    build_pgvector "$1"
  fi
}

# The orig tarball of Debian's own source package (trixie), from the mirrors this machine's apt uses and then from
# Debian's. The checksum is pinned, so it does not matter which of them answers.
fetch_pgvector() { # FILE
  local site component
  while read -r site; do
    for component in main universe; do
      # apt's downloader honours the machine's proxy and mirror settings and needs neither curl nor wget.
      if /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root download-file \
        "${site%/}/pool/$component/p/pgvector/pgvector_$PGVECTOR_VERSION.orig.tar.gz" "$1" "SHA256:$PGVECTOR_SHA256" 2>/dev/null; then
        return 0
      fi
    done
  done < <({
    # shellcheck disable=SC2016 # apt expands the variable
    apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null
    echo http://deb.debian.org/debian
  } | awk '!seen[$0]++')
  fail "$(t "pgvector $PGVECTOR_VERSION could not be fetched from this machine's Debian mirrors or from deb.debian.org." \
      "无法从本机的 Debian 镜像或 deb.debian.org 下载 pgvector $PGVECTOR_VERSION。")" \
    "$(t "Install pgvector $PGVECTOR_MINIMUM or later for PostgreSQL in another way, or set PIPELINE__POSTGRES to a server that has it." \
      "请用其他方式为 PostgreSQL 安装 pgvector $PGVECTOR_MINIMUM 以上，或将 PIPELINE__POSTGRES 指向已有它的服务器。")"
}

# Debian 12 has no pgvector, so it is compiled. The headers are unpacked from postgresql-server-dev into a temporary
# folder instead of being installed: installing would bring LLVM and clang (0.5 GB) and upgrade a PostgreSQL in use.
build_pgvector() { # POSTGRES_VERSION
  local postgres=$1
  note "$(t "building pgvector $PGVECTOR_VERSION for PostgreSQL $postgres" \
      "正在为 PostgreSQL $postgres 构建 pgvector $PGVECTOR_VERSION")"
  local tools=()
  command -v make >/dev/null || tools+=(make)
  command -v gcc >/dev/null || tools+=(gcc)
  [[ -f /usr/include/stdio.h ]] || tools+=(libc6-dev)
  ((${#tools[@]} == 0)) || apt_install "${tools[@]}"
  work=$(mktemp -d)
  fetch_pgvector "$work/pgvector.tar.gz"
  tar -xzf "$work/pgvector.tar.gz" -C "$work"
  (cd "$work" && apt-get download -q -o APT::Sandbox::User=root "postgresql-server-dev-$postgres" >&2)
  dpkg-deb -x "$work"/postgresql-server-dev-*.deb "$work/headers"
  # OPTFLAGS="" leaves out -march=native: the library must also run on the next machine that the disk image is started
  # on. Bitcode is for JIT, which is off. The headers of the extension land in the temporary folder, where nobody needs them.
  make -C "$work/pgvector-$PGVECTOR_VERSION" -j2 OPTFLAGS="" with_llvm=no \
    PG_CONFIG="/usr/lib/postgresql/$postgres/bin/pg_config" \
    includedir_server="$work/headers/usr/include/postgresql/$postgres/server" all install >"$work/build.log" 2>&1 || {
    show_log "$work/build.log"
    fail "$(t "pgvector $PGVECTOR_VERSION does not compile here; the compiler's messages are above." \
      "pgvector $PGVECTOR_VERSION 在此无法编译；编译器的信息见上文。")"
  }
}

install_rabbitmq() {
  local had_epmd=
  ! installed erlang-base || had_epmd=yes
  apt_install rabbitmq-server
  disable_units rabbitmq-server.service
  [[ -n $had_epmd ]] || disable_units epmd.service epmd.socket
}

((EUID == 0)) || fail "$(t "install-packages.sh needs root." "install-packages.sh 需要 root。")"
apt-get update -q >&2 || note "$(t "'apt-get update' failed; going on with the package lists that are here" \
      "'apt-get update' 失败；使用现有的软件包列表继续")"
deny_starts
for part; do
  case $part in
    postgres) install_postgres ;;
    rabbitmq) installed rabbitmq-server || install_rabbitmq ;;
    # With Chinese letters, for the tests' pages.
    chromium) apt_install chromium fonts-noto-cjk ;;
    *) usage_error "install-packages.sh: '$part' is not postgres, rabbitmq or chromium" ;;
  esac
done
