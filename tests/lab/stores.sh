# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The stores that all hosts of both colours share: a real Redis and a real Memcached, on the console's address.

stores_start() {
    local host
    redis_start
    memcached_start
    for host in $(hosts_of_role 'blue|green'); do
        host_run_as_deploy "$host" sh -c "mkdir -p $LAB_APP_DIR/shared && echo $LAB_CONSOLE_ADDRESS:$LAB_REDIS_PORT >$LAB_APP_DIR/shared/redis"
    done
}

# In memory alone; its working directory is the lab's, and goes with it.
redis_start() {
    store_start redis "$LAB_REDIS_PORT" redis-server --bind "$LAB_CONSOLE_ADDRESS" --port "$LAB_REDIS_PORT" \
        --protected-mode no --save '' --appendonly no --dir "$LAB_DIR/run" --daemonize no
}

memcached_start() {
    local user=()
    ((EUID != 0)) || user=(-u nobody)
    store_start memcached "$LAB_MEMCACHED_PORT" memcached -l "$LAB_CONSOLE_ADDRESS" -p "$LAB_MEMCACHED_PORT" -U 0 -m 16 "${user[@]}"
}

# store_start NAME PORT COMMAND...: its pid, as the world counts them, stands in DIR/run/NAME.pid.
store_start() {
    local name=$1 port=$2
    shift 2
    world_spawn "$LAB_DIR/log/$name.log" bash -c 'echo $$ >"$1" && exec "${@:2}"' store "$LAB_DIR/run/$name.pid" "$@"
    wait_until 50 "$name" world_port_open "$LAB_CONSOLE_ADDRESS" "$port"
}

store_stop() {
    world_run kill -KILL "$(<"$LAB_DIR/run/$1.pid")"
    wait_until 50 "the end of $1" store_is_gone "$2"
}

store_is_gone() { ! world_port_open "$LAB_CONSOLE_ADDRESS" "$1"; }

break_redis_down() { store_stop redis "$LAB_REDIS_PORT"; }
mend_redis_down() { redis_start; }
break_memcached_down() { store_stop memcached "$LAB_MEMCACHED_PORT"; }
mend_memcached_down() { memcached_start; }
