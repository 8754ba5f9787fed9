# shellcheck shell=bash
# `./pipeline sql`: psql on the read-only role.

# Translates an Npgsql connection string into the variables that psql reads. The environment, unlike arguments, can't
# be seen by other accounts.
export_psql() { # CONNECTION_STRING
  local part name value quote
  local rest=$1
  while [[ -n $rest ]]; do
    name=${rest%%=*}
    rest=${rest#*=}
    quote=${rest:0:1}
    if [[ $quote == [\"\'] ]]; then
      value=${rest:1}
      value=${value%%"$quote"*}
      rest=${rest:$((${#value} + 2))}
    else
      value=${rest%%;*}
      rest=${rest:${#value}}
    fi
    rest=${rest#*;}
    [[ $rest == *=* ]] || rest=
    part=${name,,}
    case ${part//[[:space:]]/} in
      host | server) export PGHOST=$value ;;
      port) export PGPORT=$value ;;
      database | db) export PGDATABASE=$value ;;
      username | userid | user | uid) export PGUSER=$value ;;
      password | pwd) export PGPASSWORD=$value ;;
      sslmode) # VerifyFull and verify-full are the same to us
        value=${value,,}
        export PGSSLMODE=${value/#verify/verify-}
        PGSSLMODE=${PGSSLMODE/--/-}
        ;;
      rootcertificate) export PGSSLROOTCERT=$value ;;
    esac
  done
}

command_sql() {
  local psql private='' options=(-X -v ON_ERROR_STOP=1)
  configured Postgres >/dev/null || { private=yes && need_access; }
  export_settings
  local connection=${PIPELINE__POSTGRESREADER:-${PIPELINE__POSTGRES:-}}
  [[ -n $connection ]] || fail "$(t "there is no database yet; './pipeline up' creates and starts one." \
      "还没有数据库；'./pipeline up' 会创建并启动。")"
  # Not Debian's wrapper first: it is written in Perl, which complains of a locale that the machine lacks.
  psql=$(printf '%s\n' /usr/lib/postgresql/*/bin/psql | sort -V | tail -n 1)
  [[ -x $psql ]] || psql=$(command -v psql) ||
    fail "$(t "psql is missing. Install it with:  sudo apt-get install postgresql-client" \
      "缺少 psql。安装：  sudo apt-get install postgresql-client")"
  export_psql "$connection"
  if [[ -z ${PIPELINE__POSTGRESREADER:-} ]]; then
    note "$(t "no read-only role is configured (PIPELINE__POSTGRESREADER); using PIPELINE__POSTGRES in read-only transactions" \
      "没有配置只读角色（PIPELINE__POSTGRESREADER）；改用 PIPELINE__POSTGRES 的只读事务")"
  fi
  if [[ -n $private ]] && ! listening "$PGPORT"; then
    fail "$(t "PostgreSQL is not running on 127.0.0.1:$PGPORT; './pipeline up' starts it." \
      "127.0.0.1:$PGPORT 上没有运行 PostgreSQL；'./pipeline up' 会启动它。")"
  fi
  export PGOPTIONS='-c default_transaction_read_only=on' PGAPPNAME='pipeline sql'
  [[ -t 1 ]] || options+=(-P pager=off)
  (($# == 0)) || options+=(-c "$*")
  # psql has exit codes of its own; ours are 0, 1 and 2.
  "$psql" "${options[@]}" || exit 1
}
