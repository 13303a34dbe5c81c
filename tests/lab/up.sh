# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# Making a lab, and ending it.

lab_up() {
    local droplets=3 lbs=1 workers=2 rate=0 tls='' bare='' stores='' mode=root started=$SECONDS
    ((EUID == 0)) || mode=rootless
    while (($#)); do
        case $1 in
        --droplets) droplets=$2 && shift 2 ;;
        --lbs) lbs=$2 && shift 2 ;;
        --workers) workers=$2 && shift 2 ;;
        --load) rate=$2 && shift 2 ;;
        --tls) tls=yes && shift ;;
        --stores) stores=yes && shift ;;
        --bare) bare=yes && shift ;;
        --rootless) mode=rootless && shift ;;
        *) die "up: unknown option '$1'" ;;
        esac
    done
    [[ $droplets =~ ^[1-9][0-9]*$ ]] && ((droplets <= 100)) || die "up: --droplets takes 1 to 100"
    [[ $lbs =~ ^[1-9]$ ]] || die "up: --lbs takes 1 to 9"
    [[ $workers =~ ^[1-9][0-9]?$ ]] || die "up: --workers takes 1 to 99"
    packages_check
    ! lab_is_up || die "lab '$LAB_NAME' is up already (lab down --name $LAB_NAME)"
    [[ ! -e $LAB_DIR ]] || rm -rf --one-file-system -- "$LAB_DIR"

    LAB_MODE=$mode
    umask 022
    (umask 077 && mkdir -p "$LAB_DIR/run")
    mkdir -p "$LAB_DIR"/{log,host,xdg,broken}
    rm -rf -- "$LAB_DIR.failed"
    trap 'lab_up_failed' EXIT
    cat >"$LAB_DIR/settings" <<END
LAB_MODE=$mode
LAB_DROPLETS=$droplets
LAB_LBS=$lbs
LAB_WORKERS=$workers
LAB_TLS=$tls
LAB_STORES=$stores
END
    . "$LAB_DIR/settings"
    hosts_print "$droplets" "$lbs" >"$LAB_DIR/hosts"
    { echo '127.0.0.1 localhost' && awk '{ print $3, $1 }' "$LAB_DIR/hosts"; } >"$LAB_DIR/etc-hosts"
    ssh-keygen -q -t ed25519 -N '' -C "lab $LAB_NAME" -f "$LAB_DIR/id_ed25519"
    (umask 077 && token_make "*" >"$LAB_DIR/token")
    "$LAB_ROOMS/app/make-repository" "$LAB_DIR/git/$LAB_APP.git" >"$LAB_DIR/log/make-repository.log" 2>&1 ||
        die "the app's repository could not be made: $(tail -n 2 "$LAB_DIR/log/make-repository.log")"

    [[ -z $tls ]] || tls_make
    world_start
    services_start
    hosts_start
    known_hosts_write
    ini_write
    [[ -n $bare ]] || lab_prepare
    [[ -z $stores ]] || stores_start
    haproxy_await
    ((rate == 0)) || load_start "$rate"
    trap - EXIT
    lab_up_say $((SECONDS - started))
}

lab_up_failed() {
    echo "lab: up failed; what was made is taken down, the logs are kept in $LAB_HOME/$LAB_NAME.failed" >&2
    rm -rf -- "$LAB_DIR.failed"
    mkdir -p "$LAB_DIR.failed"
    (cd "$LAB_DIR" && cp --parents log/* host/*/*.log host/*/lab/*.log "$LAB_DIR.failed") 2>/dev/null || true
    lab_end
}

# packages_check: names what is missing in one sentence, before anything is made.
packages_check() {
    local command missing=() of_stores=()
    [[ -z $stores ]] || of_stores=(redis-server memcached)
    for command in openssl unshare nsenter ip haproxy sshd ssh-keygen git starman carton start_server make perl socat cc \
        "${of_stores[@]}"; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    ((${#missing[@]} == 0)) ||
        die "not installed: ${missing[*]} (apt-get install $(tr '\n' ' ' <"$LAB_ROOMS/packages.txt"))"
}

# services_start: what runs beside the console: the API and the repository that the hosts fetch from.
services_start() {
    api_start
    world_spawn "$LAB_DIR/log/git.log" git daemon --reuseaddr --export-all \
        --base-path="$LAB_DIR/git" --listen="$LAB_CONSOLE_ADDRESS" "$LAB_DIR/git"
    wait_until 50 "the API" world_port_open 127.0.0.1 "$LAB_API_PORT"
}

world_port_open() {
    world_run bash -c ': <"/dev/tcp/$1/$2"' port "$@" 2>/dev/null
}

hosts_start() {
    local host role address addresses=()
    while read -r host role address _ <&3; do
        mkdir -p "$LAB_DIR/host/$host"/{disk,lab}
        [[ $role != lb ]] || haproxy_seed "$host"
        host_start "$host" "$address" 3<&-
        addresses+=("$address")
    done 3<"$LAB_DIR/hosts"
    sshd_await "${addresses[@]}"
}

# sshd_await ADDRESS...: returns when each one has sent its SSH banner.
sshd_await() {
    world_run bash -c '
        for address; do
            for ((n = 0; ; n++)); do
                { read -r -t 2 banner <"/dev/tcp/$address/22"; } 2>/dev/null && [[ $banner == SSH-2.0* ]] && break
                ((n < 100)) || { echo "$address"; exit 1; }
                sleep 0.02
            done
        done' banners "$@" || die "an sshd does not answer (see $LAB_DIR/host/*/boot.log)"
}

known_hosts_write() {
    local name address
    while read -r name _ address _; do
        awk -v names="$address,$name" '{ print names, $1, $2 }' "$LAB_DIR/host/$name/ssh/"ssh_host_*_key.pub
    done <"$LAB_DIR/hosts" >"$LAB_DIR/known_hosts"
}

lab_up_say() {
    echo "lab '$LAB_NAME' is up ($LAB_MODE, $1 s): $LAB_DROPLETS blue + $LAB_DROPLETS green Droplets," \
        "$LAB_LBS load balancer(s), API, git"
    if [[ $LAB_MODE == rootless ]]; then
        echo "  shows: deployment, switch, HAProxy, health, logs, every fault that lab break knows"
        echo "  cannot show: sudo, users of their own, a bootstrap as root (all runs as deploy; become = none)"
    fi
    echo "  state: $LAB_DIR    console: $0 exec --name $LAB_NAME -- bgconsole"
}

# lab_end: nothing of the lab is left but, where the caller keeps it, its directory.
lab_end() {
    local holder
    if lab_is_up; then
        read -r holder _ <"$LAB_DIR/holder"
        kill -KILL "$holder"
        wait_until 100 "the lab's processes to end" test ! -d "/proc/$holder"
    fi
    rm -rf --one-file-system -- "$LAB_DIR"
    rmdir -- "$LAB_HOME" 2>/dev/null || true
}

lab_down() {
    [[ -d $LAB_DIR ]] || die "there is no lab '$LAB_NAME'"
    lab_end
    echo "lab '$LAB_NAME' is down"
}

lab_list() {
    local directory
    for directory in "$LAB_HOME"/*/; do
        [[ -e $directory/settings ]] || continue
        lab_name_set "$(basename "$directory")"
        if lab_is_up; then echo "$LAB_NAME up"; else echo "$LAB_NAME dead"; fi
    done
}
