# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# What can go wrong in a lab, and how it is made right. Each fault is a pair of functions, break_NAME and mend_NAME;
# what is broken now stands as a file in DIR/broken.

# name, where it strikes (host: any, app: a blue or green one, lb, api), what it is
LAB_FAULTS='
host-down   host  the network link of HOST is down
host-slow   host  HOST computes for 50 ms, then stands still for 250 ms, and so on
host-dies   host  HOST loses power; mended, it boots again with the same disk
host-key    host  HOST shows other SSH host keys than it did
disk-full   host  no byte is free on the disk of HOST
app-down    app   the application on HOST is killed
health-500  app   the application on HOST answers 500 on /health
lb-down     lb    HAProxy is killed and stays down
lb-socket   lb    the statistics socket of HAProxy refuses connections
map-drift   lb    green_share is 50 in the running HAProxy, but not on its disk
api-401     api   the API refuses the token
api-429     api   the API says that its rate limit is exceeded
api-500     api   the API fails
api-503     api   the API is unavailable, by its own word
api-slow    api   each answer of the API takes 8 s
api-garbage api   the API answers HTML in place of JSON
api-cut     api   the API hangs up in the middle of each answer
api-down    api   nothing listens where the API was
'

faults_print() {
    echo "what can be broken (lab break WHAT [HOST]):"
    sed -n '/./s/^/  /p' <<<"$LAB_FAULTS"
}

lab_break() {
    (($#)) || { faults_print && return; }
    fault_target "$@"
    [[ ! -e $LAB_DIR/broken/$FAULT_MARK ]] || die "break: $FAULT_MARK is broken already"
    "break_${1//-/_}" "$FAULT_HOST"
    : >"$LAB_DIR/broken/$FAULT_MARK"
}

lab_mend() {
    (($#)) || die "mend: what? (broken: $(ls "$LAB_DIR/broken" | tr '\n' ' '))"
    fault_target "$@"
    [[ -e $LAB_DIR/broken/$FAULT_MARK ]] || die "mend: $FAULT_MARK is not broken"
    "mend_${1//-/_}" "$FAULT_HOST"
    rm "$LAB_DIR/broken/$FAULT_MARK"
}

# fault_target WHAT [HOST]: sets FAULT_HOST and FAULT_MARK, or says what is wrong with the words.
fault_target() {
    local kind role
    kind=$(awk -v what="$1" '$1 == what { print $2 }' <<<"$LAB_FAULTS")
    [[ -n $kind ]] || die "there is no fault '$1' (lab break: prints all)"
    FAULT_HOST=${2:-}
    FAULT_MARK=$1
    [[ $kind != lb || -n $FAULT_HOST ]] || FAULT_HOST=lb-1
    if [[ $kind != api ]]; then
        [[ -n $FAULT_HOST ]] || die "$1: on which host? ($(hosts_of_role . | tr '\n' ' '))"
        role=$(host_field "$FAULT_HOST" 2) || die "no host '$FAULT_HOST' in lab '$LAB_NAME'"
        [[ $kind != lb || $role == lb ]] || die "$1 strikes load balancers, and $FAULT_HOST is none"
        [[ $kind != app || $role != lb ]] || die "$1 strikes application hosts, and $FAULT_HOST is none"
        FAULT_MARK=$1.$FAULT_HOST
    fi
}

break_host_down() { world_run ip link set "$1" down; }
mend_host_down() { world_run ip link set "$1" up; }

break_host_dies() { host_stop "$1"; }
mend_host_dies() {
    host_start "$1" "$(host_field "$1" 3)"
    sshd_await "$(host_field "$1" 3)"
    app_start "$1"
}

# Stops and continues the processes of the host: what is seen of a host whose neighbours take the CPU. Not its
# init, and not sshd, whose sandbox does not allow the system call that takes up a stopped wait again.
break_host_slow() {
    host_run "$1" perl -MPOSIX -e '
        exit if fork;
        POSIX::setsid();
        open STDIN, "<", "/dev/null"; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null";
        open my $file, ">", "/run/lab/slow.pid"; print {$file} $$; close $file;
        sub name { open my $comm, "<", "/proc/$_[0]/comm" or return "sshd"; my $name = <$comm>; chomp $name; $name }
        sub others { grep { $_ > 1 && $_ != $$ && name($_) ne "sshd" } map { m{^/proc/(\d+)$} } glob "/proc/[0-9]*" }
        $SIG{TERM} = sub { kill CONT => others(); exit };
        while (1) {
            kill STOP => others(); select undef, undef, undef, 0.25;
            kill CONT => others(); select undef, undef, undef, 0.05;
        }'
}
mend_host_slow() { host_run "$1" sh -c 'kill -TERM "$(cat /run/lab/slow.pid)"'; }

break_host_key() {
    host_run "$1" sh -c '
        mkdir /etc/ssh/before && mv /etc/ssh/ssh_host_* /etc/ssh/before/ &&
        for kind in ed25519 ecdsa; do ssh-keygen -q -t $kind -N "" -f /etc/ssh/ssh_host_${kind}_key || exit; done
        kill "$(cat /run/sshd.pid)"'
    sshd_await "$(host_field "$1" 3)"
}
mend_host_key() {
    host_run "$1" sh -c 'mv /etc/ssh/before/* /etc/ssh/ && rmdir /etc/ssh/before && kill "$(cat /run/sshd.pid)"'
    sshd_await "$(host_field "$1" 3)"
}

break_disk_full() {
    host_run "$1" sh -c 'cat /dev/zero >/var/tmp/filler 2>/dev/null
        [ "$(df --output=avail /opt | tail -n 1)" -eq 0 ]' ||
        die "disk-full: the disk of $1 did not fill"
}
mend_disk_full() { host_run "$1" rm /var/tmp/filler; }

# The host has processes of its own, so the names hit no others.
break_app_down() { host_run "$1" pkill -KILL -f 'start_server|starman'; }
mend_app_down() { app_start "$1"; }

break_health_500() { host_run "$1" sh -c "echo 'the lab made this host sick' >$LAB_APP_DIR/shared/sick"; }
mend_health_500() { host_run "$1" rm "$LAB_APP_DIR/shared/sick"; }

break_lb_down() { host_run "$1" sh -c 'touch /run/lab/haproxy.held && kill -TERM "$(cat /run/haproxy.pid)"'; }
mend_lb_down() {
    host_run "$1" rm /run/lab/haproxy.held
    wait_until 50 "HAProxy on $1" world_port_open "$(host_field "$1" 3)" 80
}

# The socket stays open under another name; under its own lies one that nobody listens at.
break_lb_socket() {
    host_run "$1" sh -c 'cd /run/haproxy && mv admin.sock admin.sock.aside &&
        perl -MSocket -e "socket my \$s, AF_UNIX, SOCK_STREAM, 0; bind \$s, pack_sockaddr_un(q(admin.sock)) or die"'
}
mend_lb_socket() { host_run "$1" mv /run/haproxy/admin.sock.aside /run/haproxy/admin.sock; }

break_map_drift() { haproxy_ask "$1" 'set map /etc/haproxy/bgconsole/traffic.map green_share 50' >/dev/null; }
mend_map_drift() {
    local share
    share=$(host_run "$1" sh -c 'while read -r key share; do echo "$share"; done </etc/haproxy/bgconsole/traffic.map')
    haproxy_ask "$1" "set map /etc/haproxy/bgconsole/traffic.map green_share $share" >/dev/null
}

api_fault() {
    world_run curl --silent --show-error --fail --output /dev/null "http://127.0.0.1:$LAB_API_PORT/lab/fault?$1"
}
for lab_fault in 401 429 500 503 slow garbage cut; do
    eval "break_api_$lab_fault() { api_fault set=$lab_fault; }"
    eval "mend_api_$lab_fault() { api_fault clear=$lab_fault; }"
done
break_api_down() { world_run bash -c 'kill -KILL "$(<"$1")"' down "$LAB_DIR/api.pid"; }
mend_api_down() {
    api_start
    wait_until 50 "the API" world_port_open 127.0.0.1 "$LAB_API_PORT"
}
