# shellcheck shell=bash
# The product's own processes: configuration, start, stop, status.

readonly SERVICES=(Ingest EmbedWorker SummarizeWorker Scoring)

# --- configuration --------------------------------------------------------------------------------------------------

# configured NAME - prints the value of Pipeline:NAME from the environment or appsettings.json; fails if there is none.
# To be asked before export_settings, which puts the private servers into the environment.
configured() {
  local variable=PIPELINE__${1^^} value
  value=${!variable:-}
  if [[ -z $value && -f $ROOT/appsettings.json ]]; then value=$(json_value "$ROOT/appsettings.json" Pipeline "$1"); fi
  [[ -n $value ]] && printf '%s' "$value"
}

# Prints which servers we must run ourselves: those that nobody configured.
private_servers() {
  configured Postgres >/dev/null || echo postgres
  configured RabbitMq >/dev/null || echo rabbitmq
}

# Exports what the services and the CLI read. Where private servers were never started, their settings stay unset and
# the CLI says what to do. A value of appsettings.json is exported too, so that it holds in every working directory.
export_settings() {
  local value
  export PIPELINE_ROOT=$ROOT
  if value=$(configured Postgres); then
    export PIPELINE__POSTGRES=$value
  elif [[ -n ${PORT[postgres]:-} && -e $SERVERS/postgres/ready ]]; then
    local server="Host=127.0.0.1;Port=${PORT[postgres]};Database=pipeline"
    PIPELINE__POSTGRES="$server;Username=pipeline;Password=$(secret pipeline)"
    PIPELINE__POSTGRESREADER="$server;Username=pipeline_reader;Password=$(secret pipeline_reader)"
    export PIPELINE__POSTGRES PIPELINE__POSTGRESREADER
  fi
  if value=$(configured PostgresReader); then export PIPELINE__POSTGRESREADER=$value; fi
  if value=$(configured RabbitMq); then
    export PIPELINE__RABBITMQ=$value
  elif [[ -n ${PORT[rabbitmq]:-} && -r $SERVERS/secrets/rabbitmq ]]; then
    PIPELINE__RABBITMQ="amqp://pipeline:$(secret rabbitmq)@127.0.0.1:${PORT[rabbitmq]}/"
    export PIPELINE__RABBITMQ
  fi
  if value=$(configured OperatorPassword); then
    export PIPELINE__OPERATORPASSWORD=$value
  elif [[ -r $SERVERS/secrets ]]; then
    PIPELINE__OPERATORPASSWORD=$(secret operator)
    export PIPELINE__OPERATORPASSWORD
  fi
  # One place for the services and for commands given in any working directory.
  value=$(configured Models) || value=models
  [[ $value == /* ]] || value=$ROOT/$value
  export PIPELINE__MODELS=$value
  value=$(configured Recipes) || value=recipes
  [[ $value == /* ]] || value=$ROOT/$value
  export PIPELINE__RECIPES=$value
  local service
  for service in "${SERVICES[@]}"; do
    [[ -z ${PORT[${service,,}]:-} ]] || export "PIPELINE__SERVICES__${service^^}=http://127.0.0.1:${PORT[${service,,}]}"
  done
}

# --- start and stop -------------------------------------------------------------------------------------------------

service_pid() { tracked "$STATE/run/${1,,}.pid" "$MARK-${1,,}"; }

any_service_runs() {
  local service
  for service in "${SERVICES[@]}"; do
    [[ -z $(marked "$MARK-${service,,}") ]] || return 0
  done
  return 1
}

declare -A SUPERVISOR=()

# Chooses the port of a service that does not run, and stops what a killed supervisor or a removed .local left behind.
service_prepare() { # NAME
  local name=${1,,} stray
  if SUPERVISOR[$name]=$(service_pid "$1"); then return 0; fi
  stray=$(marked "$MARK-$name")
  if [[ -n $stray ]]; then
    note "$(t "stopping $1, which is no longer supervised" "正在停止不再受监管的 $1")"
    # shellcheck disable=SC2086
    terminate TERM 30 $stray
  fi
  port "$name"
}

service_start() { # NAME
  local name=${1,,} log=$STATE/log/${1,,}.log
  [[ -z ${SUPERVISOR[$name]} ]] || return 0
  rotate_log "$log"
  # In the repository's root, where the service finds appsettings.json. setsid: it must outlive the terminal.
  (
    release_locks
    cd "$ROOT" || exit
    ASPNETCORE_URLS=http://127.0.0.1:${PORT[$name]} exec setsid bash "$ROOT/eng/supervise.sh" "$MARK-$name" "$STATE/run/$name.pid" "$log" \
      "$DOTNET_ROOT/dotnet" "$ROOT/artifacts/bin/$1/release/Pipeline.$1.dll"
  ) </dev/null >/dev/null 2>&1 &
  SUPERVISOR[$name]=$!
}

service_ready() { [[ $(ask_port "${PORT[${1,,}]}" 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' 2>/dev/null) == *' 200 '* ]]; }

# Ready, or ended: waiting longer makes no sense then.
service_settled() { service_ready "$1" || ! alive "${SUPERVISOR[${1,,}]}"; }

# What is wrong with the settings is told for every service, and before one that runs is replaced.
check_settings() {
  local service complaints='' said
  for service in "${SERVICES[@]}"; do
    said=$(release_locks && cd "$ROOT" && exec "$DOTNET_ROOT/dotnet" "$ROOT/artifacts/bin/$service/release/Pipeline.$service.dll" --check-settings 2>&1) \
      || complaints+=$said$'\n'
  done
  [[ -n $complaints ]] || return 0
  printf '%s' "$complaints" | awk '!seen[$0]++' >&2
  fail "$(t "the settings are wrong, see above; no service was started." "设置有误，见上文；没有启动任何服务。")" \
    "$(t "Set them right, then './pipeline up' again; docs/configuration.md names them all." "请改正后重新 './pipeline up'；docs/configuration.md 列出了全部设置。")"
}

services_start() {
  local service deadline=$((SECONDS + 60)) left settings
  mkdir -p -- "$STATE/run" "$STATE/log"
  settings=$(settings_digest)
  if [[ $settings != "$(cat "$STATE/run/settings" 2>/dev/null)" ]]; then check_settings; fi
  if [[ $settings != "$(cat "$STATE/run/settings" 2>/dev/null)" ]] && any_service_runs; then
    note "$(t "the settings changed: restarting the services" "设置已改变：正在重启各服务")"
    services_stop
  fi
  printf '%s\n' "$settings" >"$STATE/run/settings"
  for service in "${SERVICES[@]}"; do service_prepare "$service"; done
  export_settings
  for service in "${SERVICES[@]}"; do service_start "$service"; done
  for service in "${SERVICES[@]}"; do
    left=$((deadline > SECONDS ? deadline - SECONDS : 1))
    wait_until "$left" service_settled "$service" && service_ready "$service" && continue
    show_log "$STATE/log/${service,,}.log"
    alive "${SUPERVISOR[${service,,}]}" || fail "$(t "$service has ended; the end of its log is above." "$service 已退出；其日志末尾见上文。")" \
      "$(t "Set right what it says, then './pipeline up' again." "请按提示修正，然后重新 './pipeline up'。")"
    fail "$(t "$service did not become ready at http://127.0.0.1:${PORT[${service,,}]}/health/ready within 60 s; the end of its log is above." \
      "$service 在 60 秒内没有就绪（http://127.0.0.1:${PORT[${service,,}]}/health/ready）；其日志末尾见上文。")" \
      "$(t "It keeps trying; './pipeline status' shows how it is, './pipeline down' stops everything." \
      "它会继续尝试；'./pipeline status' 查看状态，'./pipeline down' 全部停止。")"
  done
}

# What a running service was started with, so that `up` notices a change.
settings_digest() {
  {
    export_settings
    # Every setting, as .NET takes them: in any case. Without the addresses of the services, which the first start has not chosen yet.
    env -0 | grep -ziE '^(pipeline|logging)__' | grep -zivE '^pipeline__services__' | sort -z
    cat -- "$ROOT/appsettings.json" 2>/dev/null || true
  } | sha256sum
}

services_stop() {
  local service pids=()
  for service in "${SERVICES[@]}"; do mapfile -t -O "${#pids[@]}" pids < <(marked "$MARK-${service,,}"); done
  ((${#pids[@]} > 0)) || return 0
  # Supervisors and services together; a killed service's unfinished texts are done again by the next one.
  terminate TERM 30 "${pids[@]}"
  note "$(t "services stopped" "服务已停止")"
  rm -f -- "$STATE"/run/*.pid
}

# --- commands -------------------------------------------------------------------------------------------------------

# A build replaces files that running services have mapped into memory, so it stops them first.
rebuild_services() {
  build_is_stale || return 0
  if any_service_runs; then
    note "$(t "the sources changed: stopping the services for the build" "源码已改变：为构建先停止各服务")"
    services_stop
  fi
  build
}

# Where the operator finds the password of the dashboard. To be asked after export_settings.
password_place() {
  if [[ -r $SERVERS/secrets/operator && ${PIPELINE__OPERATORPASSWORD:-} == "$(secret operator)" ]]; then
    t "in $SERVERS/secrets/operator" "在 $SERVERS/secrets/operator 中"
  elif [[ -n ${PIPELINE__OPERATORPASSWORD:-} ]]; then
    t "as configured in Pipeline:OperatorPassword" "为 Pipeline:OperatorPassword 的配置值"
  else
    t "not set: it is closed until Pipeline:OperatorPassword is set" "未设置：设置 Pipeline:OperatorPassword 之前无法登录"
  fi
}

command_up() {
  (($# == 0)) || usage_error "$(t "up takes no arguments" "up 不带参数")"
  up
}

# up [COMMAND...] - COMMAND is called once the lock is held, before anything is started.
up() {
  local servers
  mapfile -t servers < <(private_servers)
  need_dotnet
  need_servers "${servers[@]}"
  claim_folder
  lock_servers
  "${@:-:}"
  servers_start "${servers[@]}"
  rebuild_services
  export_settings
  run_cli migrate >&2 || fail "$(t "preparing the database and the queues failed; the reason is above." "准备数据库和队列失败；原因见上文。")"
  services_start
  local service
  for service in "${SERVICES[@]}"; do printf '%-16s http://127.0.0.1:%s\n' "$service" "${PORT[${service,,}]}" >&2; done
  note "$(t "running; './pipeline down' stops it" "已启动；'./pipeline down' 停止")"
  note "$(t "dashboard: http://127.0.0.1:${PORT[scoring]}/  (user 'operator', password $(password_place))" \
      "控制台：http://127.0.0.1:${PORT[scoring]}/ （用户名 'operator'，密码$(password_place)）")"
  exec 9>&-
}

command_down() {
  local keep=
  case "$*" in
    '') ;;
    --keep-servers) keep=yes ;;
    *) usage_error "$(t "down takes no arguments but --keep-servers" "down 除 --keep-servers 外不带参数")" ;;
  esac
  need_access
  [[ ! -d $STATE ]] || lock_servers
  services_stop
  [[ -n $keep ]] || servers_stop postgres rabbitmq
}

status_server() { # NAME PID PORT
  if [[ -n $2 ]]; then
    printf '%-16s %-6s %-8s %s\n' "$1" up "$2" "127.0.0.1:$3"
  else
    printf '%-16s %-6s %-8s %s\n' "$1" down - -
  fi
}

command_status() {
  need_access
  if [[ " $* " != *" --json "* ]]; then
    local service pid
    printf '%-16s %-6s %-8s %s\n' SERVICE STATE PID URL
    for service in "${SERVICES[@]}"; do
      if pid=$(service_pid "$service"); then
        # The service's own, as a process list shows it; between a crash and the next start there is none.
        pid=$(marked "$MARK-${service,,}" | grep -vx "$pid") || pid=-
        printf '%-16s %-6s %-8s %s\n' "$service" up "$pid" "http://127.0.0.1:${PORT[${service,,}]}"
      else
        printf '%-16s %-6s %-8s %s\n' "$service" down - -
      fi
    done
    # Configured servers are not ours; the CLI tells about them.
    if ! configured Postgres >/dev/null; then status_server PostgreSQL "$(postgres_pid)" "${PORT[postgres]:--}"; fi
    if ! configured RabbitMq >/dev/null; then status_server RabbitMQ "$(rabbitmq_pid)" "${PORT[rabbitmq]:--}"; fi
    echo
  fi
  command_cli status "$@"
}

demo_stop() { # HAD_SERVICES HAD_SERVERS
  trap '' INT TERM
  # After a failed start the lock is still held; opening it again would let go of it.
  [[ -e /proc/$$/fd/9 ]] || lock_servers
  note "$(t "stopping what the demo started" "正在停止演示所启动的服务")"
  [[ -n $1 ]] || services_stop
  [[ -n $2 ]] || servers_stop postgres rabbitmq
}

# Ctrl-C, bad usage, a failed start and --stop: what was not running before is stopped, what was is left alone.
demo_guard() {
  local had_services='' had_servers=''
  ! any_service_runs || had_services=yes
  [[ -z $(postgres_pid || rabbitmq_pid) ]] || had_servers=yes
  if [[ -z $had_services || -z $had_servers ]]; then
    # shellcheck disable=SC2064 # the values of now
    trap "demo_stop '$had_services' '$had_servers'" EXIT
    trap 'exit 1' INT TERM
  fi
}

command_demo() {
  local stop='' code=0 argument arguments=()
  for argument; do
    case $argument in
      --stop) stop=yes ;;
      # Said before anything is started; the program checks what follows the options.
      -*) [[ $argument =~ ^--(file|models)(=|$) ]] || usage_error "$(t "demo has no option '$argument'; it takes --file FILE, --models EMBEDDER GENERATOR and --stop" \
        "demo 没有选项 '$argument'；可用 --file FILE、--models 向量模型 生成模型 和 --stop")" ;;&
      *) arguments+=("$argument") ;;
    esac
  done
  up demo_guard
  run_cli demo ${arguments[@]+"${arguments[@]}"} || code=$?
  [[ -z $stop && $code != 2 ]] || exit "$code"
  trap - EXIT INT TERM
  run_cli dashboard || code=$?
  note "$(t "everything goes on running; './pipeline down' stops it" "所有服务继续运行；'./pipeline down' 停止")"
  exit "$code"
}

# --- handing over ---------------------------------------------------------------------------------------------------

run_cli() { (umask "$USER_UMASK" && release_locks && exec dotnet "$ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll" "$@"); }

# While services run, a command does not rebuild under them.
build_for_cli() {
  need_dotnet
  build_is_stale || return 0
  if [[ -f $BUILD_STAMP ]] && any_service_runs; then
    note "$(t "the sources changed since the services were started; './pipeline up' rebuilds and restarts them" \
      "服务启动后源码有改动；'./pipeline up' 会重新构建并重启")"
  else
    build
  fi
}

command_cli() {
  build_for_cli
  export_settings
  exec dotnet "$ROOT/artifacts/bin/Cli/release/Pipeline.Cli.dll" "$@"
}
