# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The lab's outside: one set of namespaces that holds everything, and the ways into it and into its hosts.

# world_start: makes the outer namespaces and waits until their init has written its pid.
# Ending the holder ends the init, and with it every process, mount and address of the lab.
world_start() {
    local user=() pid
    [[ $LAB_MODE == rootless ]] && user=(--user --map-root-user)
    setsid unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc \
        "$LAB_ROOMS/world-init" "$LAB_DIR" </dev/null >"$LAB_DIR/log/world.log" 2>&1 &
    pid=$!
    disown "$pid"
    wait_until 100 "the outer namespaces" test -e "$LAB_DIR/world-ready" -o ! -d "/proc/$pid"
    [[ -d /proc/$pid ]] || die "the outer namespaces could not be made: $(tail -n 3 "$LAB_DIR/log/world.log")"
    echo "$pid $(process_start "$pid")" >"$LAB_DIR/holder"
}

# world_run COMMAND...: runs it where the console lives: the outer namespaces, all hosts in reach.
world_run() {
    local holder init user=()
    read -r holder _ <"$LAB_DIR/holder"
    init=$(<"/proc/$holder/task/$holder/children")
    [[ $LAB_MODE == rootless ]] && user=(--user --preserve-credentials)
    nsenter --target "${init%% *}" "${user[@]}" --net --mount --pid --wd="$PWD" -- "$@"
}

# world_spawn LOG COMMAND...: starts it there in the background; the lab's init inherits it.
world_spawn() {
    local log=$1
    shift
    world_run bash -c 'setsid "${@:2}" </dev/null >>"$1" 2>&1 &' spawn "$log" "$@"
}

# host_start HOST ADDRESS: boots it; its disk, made at the first boot, outlives a reboot.
host_start() {
    world_spawn "$LAB_DIR/host/$1/boot.log" unshare --net -- \
        "$LAB_ROOMS/host-boot" "$LAB_DIR" "$LAB_MODE" "$1" "$2"
}

# host_run HOST COMMAND...: runs it inside the host, as its root (rootless: as deploy, the only user there is).
host_run() {
    local host=$1 home=/root user=()
    host_field "$1" 1 >/dev/null || die "no host '$1' in lab '$LAB_NAME'"
    shift
    # In two steps: who has entered the host's own user namespace has no right to its other ones.
    [[ $LAB_MODE == root ]] || { home=/home/deploy && user=(nsenter --target 1 --user --preserve-credentials --); }
    world_run bash -c '
        { read -r boot <"$1/pid" && init=$(<"/proc/$boot/task/$boot/children") && [[ -n $init ]]; } 2>/dev/null ||
            { echo "lab: host ${1##*/} is not running" >&2; exit 1; }
        time=--time
        [[ -e /proc/${init%% *}/ns/time ]] || time=
        exec nsenter --target "${init%% *}" --net --mount --uts --pid $time -- "${@:2}"
    ' host "$LAB_DIR/host/$host" "${user[@]}" env -C / -i HOME=$home TERM="${TERM:-dumb}" LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

host_run_as_deploy() {
    local host=$1
    shift
    if [[ $LAB_MODE == root ]]; then
        set -- runuser -u deploy -- env HOME=/home/deploy "$@"
    fi
    host_run "$host" "$@"
}

# host_stop HOST: its processes end at once, as in a power cut.
host_stop() {
    world_run bash -c 'read -r boot <"$1/pid" && kill -KILL "$boot" && rm -f "$1/pid"
        while [[ -d /proc/$boot ]]; do sleep 0.02; done' stop "$LAB_DIR/host/$1"
}

# wait_until TENTHS WHAT COMMAND...: repeats the command until it succeeds.
wait_until() {
    local left=$(($1 * 5)) what=$2
    shift 2
    until "$@"; do
        ((left-- > 0)) || die "gave up waiting for $what"
        sleep 0.02
    done
}
