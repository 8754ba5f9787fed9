# shellcheck shell=bash
# Private PostgreSQL and RabbitMQ servers of one instance ("main" for the user, "test" for the tests), all under .local.
#
#   $STATE/servers/ports          chosen once, kept          $STATE/servers/postgres/{data,server.log}
#   $STATE/servers/secrets/NAME   generated once, mode 600   $STATE/servers/rabbitmq/{mnesia,log,home,rabbitmq.conf,...}

# use_instance NAME - sets the folder and the identity that the other functions work with.
use_instance() {
  INSTANCE=$1
  STATE=$ROOT/.local
  [[ $INSTANCE == main ]] || STATE=$ROOT/.local/$INSTANCE
  SERVERS=$STATE/servers
  # Identifies our processes and node among those of other checkouts on the same machine.
  MARK=$(printf '%s' "$STATE" | sha256sum)
  MARK=pipeline-${MARK:0:10}
  # The servers see real paths, also where the folder is a link.
  SERVERS_REAL=$(readlink -m -- "$SERVERS")
  read_ports
}

read_ports() {
  declare -gA PORT=()
  local name port
  if [[ -r $SERVERS/ports ]]; then
    while IFS='=' read -r name port; do PORT[$name]=$port; done <"$SERVERS/ports"
  fi
}

lock_servers() {
  lock 9 "$STATE/lock" "the servers and services of this folder"
  # Another one may have chosen them meanwhile.
  read_ports
}

# --- folder, ports, passwords ---------------------------------------------------------------------------------------

# PostgreSQL refuses to run as root, and RabbitMQ does not need to: root starts both under the accounts that their
# packages made. Everyone else runs them as themselves.
account_of() { # postgres|rabbitmq
  if ((EUID == 0)); then printf '%s\n' "$1"; else id -un; fi
}

fail_as_stranger() {
  fail "$(t "$ROOT/.local belongs to $(stat -c %U "$ROOT/.local"), and you are $(id -un)." \
    "$ROOT/.local 属于 $(stat -c %U "$ROOT/.local")，而您是 $(id -un)。")" \
    "$(t "Run ./pipeline as $(stat -c %U "$ROOT/.local"), or stop it there and remove the folder." \
    "请以 $(stat -c %U "$ROOT/.local") 的身份运行 ./pipeline，或先停止它再删除该目录。")"
}

# What only looks at the servers asks for less than claim_folder: root may look at those of another account.
need_access() { [[ ! -e $ROOT/.local || -r $ROOT/.local ]] || fail_as_stranger; }

claim_folder() {
  umask 077
  [[ ! -e $ROOT/.local || -O $ROOT/.local ]] || fail_as_stranger
  mkdir -p -- "$STATE" || fail "$(t "can't create $STATE; make $ROOT writable for $(id -un)." \
      "无法创建 $STATE；请让 $(id -un) 能写入 $ROOT。")"
  # The server accounts must be able to pass through; what is secret has its own mode.
  chmod 711 "$ROOT/.local" "$STATE"
}

prepare_folder() {
  claim_folder
  if [[ ! -d $SERVERS ]]; then
    [[ ! -L $SERVERS ]] || rm -f -- "$SERVERS"
    mkdir -- "$SERVERS"
    chmod 711 "$SERVERS"
    if ((EUID == 0)) && ! as_account postgres test -x "$SERVERS"; then
      # The checkout is where only root may go (/root, a folder of mode 700). The data goes where the accounts can.
      local elsewhere=/var/lib/$MARK
      rmdir -- "$SERVERS"
      mkdir -p -- "$elsewhere"
      chmod 711 "$elsewhere"
      ln -s -- "$elsewhere" "$SERVERS"
      note "$(t "the account 'postgres' can't enter $STATE, so the servers keep their data in $elsewhere" \
      "账户 'postgres' 无法进入 $STATE，服务器的数据改放在 $elsewhere")"
    fi
    use_instance "$INSTANCE"
  fi
  mkdir -p -- "$SERVERS/secrets" "$SERVERS/postgres" "$SERVERS/rabbitmq"
  if ((EUID == 0)); then
    chown postgres: "$SERVERS/postgres"
    chown rabbitmq: "$SERVERS/rabbitmq"
  fi
}

check_disk() {
  local free
  free=$(df -Pk -- "$SERVERS/" | awk 'NR == 2 { print $4 }')
  ((free < 1024 * 1024)) || return 0
  [[ -d $SERVERS/postgres/data ]] || fail "$(df -Ph -- "$SERVERS/" | awk 'NR == 2 { print $4 " is free on " $6 }'), and new servers in $SERVERS need 1 GiB." \
    "$(t "Free some space, or use existing servers: set PIPELINE__POSTGRES and PIPELINE__RABBITMQ." \
      "请腾出空间，或使用已有的服务器：设置 PIPELINE__POSTGRES 和 PIPELINE__RABBITMQ。")"
  note "$(t "less than 1 GiB is free at $SERVERS: RabbitMQ accepts no messages below 512 MiB" \
      "$SERVERS 剩余空间不足 1 GiB：低于 512 MiB 时 RabbitMQ 不再接收消息")"
}

# port NAME - sets PORT[NAME]: the kept one unless another program listens there now. Not called for what runs already.
port() {
  local name=$1 kept=${PORT[$1]:-} candidate tries
  [[ -z $kept ]] || ! listening "$kept" || note "$(t "port $kept, so far used for $name, is taken by another program; choosing another one" \
      "$name 原来使用的端口 $kept 已被其他程序占用，改用另一个")"
  if [[ -z $kept ]] || listening "$kept"; then
    for ((tries = 0; tries < 100; tries++)); do
      # Below 32768, where the kernel takes the ports of outgoing connections from.
      candidate=$((20000 + RANDOM % 10000))
      if ! listening "$candidate" && [[ " ${PORT[*]} " != *" $candidate "* ]]; then break; fi
    done
    PORT[$name]=$candidate
    local key
    for key in "${!PORT[@]}"; do printf '%s=%s\n' "$key" "${PORT[$key]}"; done >"$SERVERS/ports"
  fi
}

# secret NAME - prints the password, which is made on first use. Passwords travel in files and environments only:
# a command line can be read by everyone on the machine.
secret() {
  local file=$SERVERS/secrets/$1
  [[ -s $file ]] || (umask 077 && random_password >"$file")
  printf '%s' "$(<"$file")"
}

# --- PostgreSQL -----------------------------------------------------------------------------------------------------

postgres_bin() { printf '/usr/lib/postgresql/%s/bin\n' "$(cat "$SERVERS/postgres/data/PG_VERSION" 2>/dev/null || postgres_version)"; }

postgres_pids() {
  marked "$SERVERS_REAL/postgres/data"
  # Where .local was removed, the link to this place is gone, see prepare_folder.
  [[ $SERVERS_REAL == "/var/lib/$MARK" ]] || marked "/var/lib/$MARK/postgres/data"
}

# The process, if it is the one whose lock file lies in our data folder.
postgres_pid() {
  local pid
  pid=$(head -n 1 "$SERVERS/postgres/data/postmaster.pid" 2>/dev/null) || return 1
  [[ " $(postgres_pids | tr '\n' ' ') " == *" $pid "* ]] && printf '%s\n' "$pid"
}

run_psql() { # DATABASE, SQL on stdin
  # log_min_error_statement: a failing statement must not put a password into the log.
  PGPASSWORD=$(secret postgres) PGOPTIONS='-c log_min_error_statement=panic -c client_min_messages=warning' \
    "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${PORT[postgres]}" -U postgres -d "$1" -f - >&2
}

postgres_initialise() {
  local home=$SERVERS/postgres account
  account=$(account_of postgres)
  note "$(t "creating a PostgreSQL cluster in $home" "正在 $home 中创建 PostgreSQL 数据库集群")"
  # Into another folder first: an interrupted initdb leaves nothing that looks like a cluster.
  rm -rf -- "$home/data.new"
  secret postgres | (umask 077 && cat >"$home/password")
  ((EUID != 0)) || chown "$account": "$home/password"
  if ! as_account "$account" "$(postgres_bin)/initdb" -D "$SERVERS_REAL/postgres/data.new" -U postgres --pwfile="$SERVERS_REAL/postgres/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-instructions >"$STATE/initdb.log" 2>&1; then
    rm -rf -- "$home/data.new" "$home/password"
    show_log "$STATE/initdb.log"
    fail "$(t "initdb could not create a PostgreSQL cluster in $home (as $account); its messages are above." \
      "initdb 无法在 $home 中创建 PostgreSQL 数据库集群（账户 $account）；其信息见上文。")" \
      "$(t "Usual causes are a full disk ('df -h $home') and a file system that does not know owners." \
      "常见原因：磁盘已满（'df -h $home'），或文件系统不支持属主。")"
  fi
  rm -f -- "$home/password"
  echo "include = 'pipeline.conf'" >>"$home/data.new/postgresql.conf"
  mv -- "$home/data.new" "$home/data"
}

postgres_configure() {
  cat >"$SERVERS/postgres/data/pipeline.conf" <<CONF
# Written by ./pipeline at every start. Put your own settings into postgresql.auto.conf (ALTER SYSTEM), which wins.
listen_addresses = '127.0.0.1'
port = ${PORT[postgres]}
# A socket's path may have 107 bytes, a checkout's path more.
unix_socket_directories = ''
password_encryption = scram-sha-256
max_connections = 100
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
jit = off
# CVE-2026-3172: pgvector before 0.8.2 overflows a buffer when it builds an HNSW index in parallel.
max_parallel_maintenance_workers = 0
# Details of an error quote values of the row, and ticket text must not reach a log.
log_error_verbosity = terse
log_line_prefix = '%m [%p] %u@%d '
timezone = 'UTC'
log_timezone = 'UTC'
CONF
  ((EUID != 0)) || chown postgres: "$SERVERS/postgres/data/pipeline.conf"
}

# The owner role may create and change everything in its database, the reader only connect: what it may read is granted
# by the migrations. The superuser's password stays here, because only extensions need it.
postgres_create_roles() {
  run_psql postgres <<SQL || return 1
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pipeline') THEN CREATE ROLE pipeline LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pipeline_reader') THEN CREATE ROLE pipeline_reader LOGIN; END IF;
END \$\$;
ALTER ROLE pipeline PASSWORD '$(secret pipeline)';
ALTER ROLE pipeline_reader PASSWORD '$(secret pipeline_reader)';
ALTER ROLE pipeline_reader SET default_transaction_read_only = on;
ALTER ROLE pipeline_reader SET statement_timeout = '5min';
SELECT 'CREATE DATABASE pipeline OWNER pipeline' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pipeline') \gexec
REVOKE ALL ON DATABASE pipeline FROM PUBLIC;
GRANT CONNECT ON DATABASE pipeline TO pipeline_reader;
SQL
  run_psql pipeline <<<'CREATE EXTENSION IF NOT EXISTS vector;' || return 1
  : >"$SERVERS/postgres/ready"
}

postgres_try_start() {
  as_account "$(account_of postgres)" "$(postgres_bin)/pg_ctl" start -D "$SERVERS_REAL/postgres/data" \
    -l "$SERVERS_REAL/postgres/server.log" -w -t 60 -s >/dev/null 2>&1
}

postgres_start() {
  if postgres_pid >/dev/null; then
    wait_until 60 postgres_answers || fail "$(t "PostgreSQL runs but does not answer on port ${PORT[postgres]}; try ./pipeline down and ./pipeline up." \
      "PostgreSQL 在运行，但端口 ${PORT[postgres]} 没有响应；请试 ./pipeline down 再 ./pipeline up。")"
    return 0
  fi
  local data=$SERVERS/postgres/data stray
  stray=$(postgres_pids)
  if [[ -n $stray ]]; then
    note "$(t "stopping a PostgreSQL whose data folder was removed" "正在停止数据目录已被删除的 PostgreSQL")"
    # shellcheck disable=SC2086 # one word a process
    terminate QUIT 10 $stray
  fi
  check_disk
  port postgres
  [[ -d $data ]] || postgres_initialise
  [[ -x $(postgres_bin)/postgres ]] || fail "$data was written by PostgreSQL $(<"$data/PG_VERSION"), which is no longer installed." \
    "Install it again (apt-get install postgresql-$(<"$data/PG_VERSION")), or remove $STATE to start with empty servers."
  postgres_configure
  rotate_log "$SERVERS/postgres/server.log"
  # Left from a killed machine, and its number may be another process of ours by now, which would stop the start.
  rm -f -- "$data/postmaster.pid"
  # After a kill -9 of the server its last children hold the shared memory for some seconds.
  if ! postgres_try_start && ! { sleep 5 && postgres_try_start; }; then
    show_log "$SERVERS/postgres/server.log"
    local why="The end of its log is above. If nothing else helps, remove $STATE and start with empty servers: this deletes all results."
    if tail -n 3 -- "$SERVERS/postgres/server.log" | grep -q 'No space left'; then why="The disk is full ('df -h $data'): free some space and try again."; fi
    fail "$(t "PostgreSQL did not start on 127.0.0.1:${PORT[postgres]} with its data in $data." \
      "PostgreSQL 未能在 127.0.0.1:${PORT[postgres]} 启动，数据目录 $data。")" "$why"
  fi
  [[ -e $SERVERS/postgres/ready ]] || postgres_create_roles || fail "$(t "setting up the roles and the database in PostgreSQL failed; the message is above." \
      "在 PostgreSQL 中建立角色和数据库失败；信息见上文。")" \
    "$(t "Remove $STATE and try again." "请删除 $STATE 再重试。")"
}

postgres_answers() { as_account "$(account_of postgres)" "$(postgres_bin)/pg_isready" -q -h 127.0.0.1 -p "${PORT[postgres]}"; }

postgres_stop() {
  local pids
  pids=$(postgres_pids)
  # SIGINT is the fast shutdown: sessions are ended and everything is written.
  # shellcheck disable=SC2086
  terminate INT 60 $pids
}

# --- RabbitMQ -------------------------------------------------------------------------------------------------------

# epmd, the name server of Erlang, has a port and an address of its own: the machine-wide one listens on all addresses.
epmd_pids() { marked "$MARK-epmd"; }
# The marker is an argument of the Erlang machine that nobody else reads.
rabbitmq_pids() { marked "$MARK-rabbitmq"; }
rabbitmq_pid() { tracked "$SERVERS/rabbitmq/pid" "$MARK-rabbitmq"; }

# rabbitmq_exec COMMAND... - replaces the (sub)shell. With nothing but our settings: neither the machine's nor the user's leak in.
rabbitmq_exec() {
  local folder=$SERVERS_REAL/rabbitmq home=$SERVERS_REAL/rabbitmq loopback='-kernel inet_dist_use_interface {127,0,0,1}'
  # The log of quorum queues crashes on a path beyond ASCII (seen with 3.10.8), so there the node only sees this one.
  if [[ $home == *[![:ascii:]]* ]]; then home=/proc/self/cwd; fi
  become "$(account_of rabbitmq)" env -i -C "$folder" PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME="$home/home" LANG=C.UTF-8 \
    ERL_EPMD_PORT="${PORT[epmd]}" ERL_EPMD_ADDRESS=127.0.0.1 \
    ERL_CRASH_DUMP="$home/log/erl_crash.dump" RABBITMQ_NODENAME="$(<"$folder/node")" RABBITMQ_DIST_PORT="${PORT[rabbitmq_distribution]}" \
    RABBITMQ_CONF_ENV_FILE="$home/none" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
    RABBITMQ_BASE="$home" RABBITMQ_MNESIA_BASE="$home" RABBITMQ_MNESIA_DIR="$home/mnesia" \
    RABBITMQ_FEATURE_FLAGS_FILE="$home/feature_flags" RABBITMQ_PLUGINS_EXPAND_DIR="$home/plugins" \
    RABBITMQ_GENERATED_CONFIG_DIR="$home/generated" RABBITMQ_SCHEMA_DIR="$home/schema" \
    RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS="$home/log/rabbitmq.log" RABBITMQ_PID_FILE="$home/pid" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="$loopback -pipeline $MARK-rabbitmq" RABBITMQ_CTL_ERL_ARGS="$loopback" \
    "$@"
}

# User, permissions and the dead-letter backstop are definitions that the node imports at every start, so that no
# password is on a command line, a wiped node comes back complete, and the default user "guest" is never created.
#
# The backstop: a message that was returned 20 times goes to the queue dead-letters. A limit without a dead-letter
# exchange would delete it. By policy, because the arguments of a queue can't be changed later; of low priority, so that
# any other policy wins. Nothing in the product depends on it: poison is counted in PostgreSQL.
rabbitmq_definitions() {
  cat <<JSON
{
  "users": [{ "name": "pipeline", "password": "$(secret rabbitmq)", "tags": "" }],
  "vhosts": [{ "name": "/" }],
  "permissions": [{ "user": "pipeline", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" }],
  "exchanges": [{ "name": "dead-letters", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "internal": false, "arguments": {} }],
  "queues": [{ "name": "dead-letters", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-queue-type": "quorum" } }],
  "bindings": [{ "source": "dead-letters", "vhost": "/", "destination": "dead-letters", "destination_type": "queue", "routing_key": "", "arguments": {} }],
  "policies": [{ "name": "backstop", "vhost": "/", "pattern": "^(?!dead-letters$)", "apply-to": "queues", "priority": -10,
    "definition": { "delivery-limit": 20, "dead-letter-exchange": "dead-letters", "dead-letter-strategy": "at-least-once", "overflow": "reject-publish" } }]
}
JSON
}

rabbitmq_configure() {
  local home=$SERVERS/rabbitmq
  mkdir -p -- "$home/home" "$home/log"
  # Kept, because the data belongs to the node of this name, also in a checkout that was moved.
  [[ -s $home/node ]] || printf '%s@localhost\n' "$MARK" >"$home/node"
  cat >"$home/rabbitmq.conf" <<CONF
# Written by ./pipeline at every start.
listeners.tcp.1 = 127.0.0.1:${PORT[rabbitmq]}
# Relative to the node's working directory: this file's format knows only ASCII.
load_definitions = definitions.json
# Messages are lists of ids, so the broker stays small; the memory belongs to the database and the models.
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 512MB
raft.wal_max_size_bytes = 64000000
# The defaults of other versions differ: half an hour for one delivery, and 16 MiB as in RabbitMQ 4.
consumer_timeout = 1800000
max_message_size = 16777216
log.console = false
log.file.level = info
log.file.rotation.size = 10485760
log.file.rotation.count = 3
CONF
  printf '[].\n' | tee "$home/advanced.config" >"$home/enabled_plugins"
  rabbitmq_definitions >"$home/definitions.json"
  if [[ ! -s $home/home/.erlang.cookie ]]; then
    random_password >"$home/home/.erlang.cookie"
  fi
  chmod 400 "$home/home/.erlang.cookie"
  ((EUID != 0)) || chown -R rabbitmq: "$home"
}

# Starts the node and returns at once; rabbitmq_await waits. So both servers start side by side.
rabbitmq_launch() {
  rabbitmq_pid >/dev/null && return 0
  if [[ -n $(rabbitmq_pids) ]]; then
    note "$(t "stopping a RabbitMQ whose data folder was removed" "正在停止数据目录已被删除的 RabbitMQ")"
    rabbitmq_stop
  fi
  check_disk
  if [[ -z $(epmd_pids) ]] || ! listening "${PORT[epmd]:-0}"; then
    rabbitmq_stop
    port epmd
  fi
  port rabbitmq
  port rabbitmq_distribution
  rabbitmq_configure
  rm -f -- "$SERVERS/rabbitmq/pid"
  if [[ -z $(epmd_pids) ]]; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    rabbitmq_exec setsid bash -c 'exec -a "$0" epmd -port "$1" -address 127.0.0.1' "$MARK-epmd" "${PORT[epmd]}" \
      </dev/null >/dev/null 2>&1 &
    # Before the node: the Erlang machine would start an epmd of its own when it finds none.
    wait_until 10 listening "${PORT[epmd]}" || fail "$(t "epmd, Erlang's name server, did not start on 127.0.0.1:${PORT[epmd]}." \
      "Erlang 的名称服务 epmd 未能在 127.0.0.1:${PORT[epmd]} 启动。")" \
      "$(t "Try by hand:  epmd -port ${PORT[epmd]} -address 127.0.0.1 -d" \
      "可手动尝试：  epmd -port ${PORT[epmd]} -address 127.0.0.1 -d")"
  fi
  rabbitmq_exec setsid "$RABBITMQ_BIN/rabbitmq-server" </dev/null >"$STATE/rabbitmq-start.log" 2>&1 &
  RABBITMQ_LAUNCHER=$!
}

# The greeting of AMQP 0-9-1 is answered when the node has imported its definitions and opened its listener. The frame's
# first byte is 1; Bash would drop a NUL, which comes second.
rabbitmq_answers() {
  [[ -n $(rabbitmq_pid) ]] && [[ $(ask_port "${PORT[rabbitmq]}" 'AMQP\x00\x00\x09\x01' 2>/dev/null) == $'\001'* ]]
}

rabbitmq_settled() { rabbitmq_answers || { [[ -n ${RABBITMQ_LAUNCHER:-} ]] && ! alive "$RABBITMQ_LAUNCHER"; }; }

rabbitmq_await() {
  wait_until 90 rabbitmq_settled && rabbitmq_answers && return 0
  show_log "$STATE/rabbitmq-start.log"
  show_log "$SERVERS/rabbitmq/log/rabbitmq.log"
  fail "$(t "RabbitMQ did not start on 127.0.0.1:${PORT[rabbitmq]} with its data in $SERVERS/rabbitmq." \
      "RabbitMQ 未能在 127.0.0.1:${PORT[rabbitmq]} 启动，数据目录 $SERVERS/rabbitmq。")" \
    "$(t "The end of its log is above. The broker holds no data that PostgreSQL does not have: './pipeline down'," \
      "其日志末尾见上文。消息队列中没有 PostgreSQL 之外的数据：先 './pipeline down'，")" \
    "$(t "remove $SERVERS/rabbitmq, and './pipeline up' again." \
      "删除 $SERVERS/rabbitmq，再 './pipeline up'。")"
}

# SIGTERM to the Erlang machine stops the node in order. rabbitmqctl would do the same in three seconds more.
rabbitmq_stop() {
  # shellcheck disable=SC2046
  terminate TERM 60 $(rabbitmq_pids)
  # shellcheck disable=SC2046
  terminate TERM 5 $(epmd_pids)
}

# --- both -----------------------------------------------------------------------------------------------------------

servers_start() { # [postgres] [rabbitmq]
  (($# > 0)) || return 0
  prepare_folder
  [[ " $* " != *" rabbitmq "* ]] || rabbitmq_launch
  [[ " $* " != *" postgres "* ]] || postgres_start
  [[ " $* " != *" rabbitmq "* ]] || rabbitmq_await
  servers_check
}

servers_stop() { # [postgres] [rabbitmq]
  [[ -z $(postgres_pids; epmd_pids; rabbitmq_pids) ]] || note "$(t "stopping the private servers" "正在停止私有服务器")"
  [[ " $* " != *" rabbitmq "* ]] || rabbitmq_stop
  [[ " $* " != *" postgres "* ]] || postgres_stop
}

# What a power failure does, for the tests.
servers_kill() { # [postgres] [rabbitmq]
  # shellcheck disable=SC2046
  [[ " $* " != *" rabbitmq "* ]] || terminate KILL 10 $(rabbitmq_pids)
  # shellcheck disable=SC2046
  [[ " $* " != *" postgres "* ]] || terminate KILL 10 $(postgres_pids)
}

# Fails when one of our servers can be reached from another machine.
servers_check() {
  local exposed
  # shellcheck disable=SC2046
  exposed=$(exposed_sockets $(postgres_pids) $(rabbitmq_pids) $(epmd_pids))
  [[ -z $exposed ]] || fail "$(t "a private server listens beyond loopback (pid address:port):" \
      "有私有服务器监听了回环以外的地址（pid 地址:端口）：")" "$exposed"
}
