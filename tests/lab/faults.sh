# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# What can go wrong in a lab, and how it is made right. Each fault is a pair of functions, break_NAME and mend_NAME;
# what is broken now stands as a file in DIR/broken.

# name, where it strikes (host: any, app: a blue or green one, colour: all of blue or all of green, lb, stores, api), what it is
LAB_FAULTS='
host-down       host    the network link of HOST is down
host-slow       host    HOST computes for 50 ms, then stands still for 250 ms, and so on
host-dies       host    HOST loses power; mended, it boots again with the same disk
host-frozen     host    every process of HOST stands still
ssh-reset       host    the SSH connections of HOST are reset; mended, nothing is left to mend
ssh-killed      host    sshd of HOST is killed with all its sessions; it comes back by itself
host-key        host    HOST shows other SSH host keys than it did
disk-full       host    no byte is free on the disk of HOST
app-down        app     the application on HOST is killed
health-500      app     the application on HOST answers 500 on /health
app-errors      colour  in ten answers of the application one is 500, but /health is well
app-slow        colour  each answer of the application but /health takes 500 ms longer
server-drained  app     somebody drained HOST on every load balancer
lb-down         lb      HAProxy is killed and stays down
lb-dies         lb      HOST loses power; mended, it boots, and bgc-lb recovers before HAProxy starts
lb-socket       lb      the statistics socket of HAProxy refuses connections
map-drift       lb      green_share is 50 in the running HAProxy, but not on its disk
map-set         lb      somebody sent all traffic to the other colour, in the running HAProxy alone
map-clear       lb      somebody cleared the map of the running HAProxy
map-duplicate   lb      somebody added green_share a second time to the running HAProxy
map-empty       lb      the map file is empty; the running HAProxy knows it as it was
config-edited   lb      somebody edited haproxy.cfg, and did not reload
reload-foreign  lb      somebody reloaded HAProxy; mended, it is as new as before
redis-down      stores  the Redis that all hosts share is killed and stays down
memcached-down  stores  the Memcached that all hosts share, likewise
api-401         api     the API refuses the token
api-429         api     the API says that its rate limit is exceeded
api-500         api     the API fails
api-503         api     the API is unavailable, by its own word
api-slow        api     each answer of the API takes 8 s
api-garbage     api     the API answers HTML in place of JSON
api-cut         api     the API hangs up in the middle of each answer
api-down        api     nothing listens where the API was
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
    if [[ $kind != api && $kind != stores ]]; then
        [[ -n $FAULT_HOST || $kind != colour ]] || die "$1: of which colour? (blue green)"
        [[ -n $FAULT_HOST ]] || die "$1: on which host? ($(hosts_of_role . | tr '\n' ' '))"
        role=$(fault_role "$kind" "$FAULT_HOST")
        [[ $kind != lb || $role == lb ]] || die "$1 strikes load balancers, and $FAULT_HOST is none"
        [[ $kind != app || $role != lb ]] || die "$1 strikes application hosts, and $FAULT_HOST is none"
        FAULT_MARK=$1.$FAULT_HOST
    fi
}

fault_role() {
    if [[ $1 == colour ]]; then
        [[ $2 == blue || $2 == green ]] || die "of which colour? (blue green)"
    else
        host_field "$2" 2 || die "no host '$2' in lab '$LAB_NAME'"
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
        # Who is stopped in there before its end stops the nsenter outside for good.
        select undef, undef, undef, 0.01 until getppid() == 1;
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

# Its kernel still answers: a connection stays, and is silent.
break_host_frozen() { host_signal "$1" STOP; }
mend_host_frozen() { host_signal "$1" CONT; }
host_signal() {
    host_run "$1" perl -e 'my $signal = shift;
        kill $signal => grep { $_ > 1 && $_ != $$ } map { m{^/proc/(\d+)$} } glob "/proc/[0-9]*" for 1, 2' "$2"
}

# What a firewall does that forgot its connections.
break_ssh_reset() { host_run "$1" ss --kill --tcp --no-header state established sport = 22 >/dev/null; }
mend_ssh_reset() { :; }

# The jobs of bgc-host are no sessions of its.
break_ssh_killed() { host_run "$1" pkill -KILL -x sshd; }
mend_ssh_killed() { sshd_await "$(host_field "$1" 3)"; }

# Its next sshd, which host-init starts, reads its keys anew. The old one answers until it has ended.
sshd_renew() {
    host_run "$1" sh -c 'pid=$(cat /run/sshd.pid) && kill "$pid" || exit
        for i in $(seq 200); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.05; done; exit 1' ||
        die "sshd on $1 did not end"
    sshd_await "$(host_field "$1" 3)"
}

break_host_key() {
    host_run "$1" sh -c '
        mkdir /etc/ssh/before && mv /etc/ssh/ssh_host_* /etc/ssh/before/ &&
        for kind in ed25519 ecdsa; do ssh-keygen -q -t $kind -N "" -f /etc/ssh/ssh_host_${kind}_key || exit; done'
    sshd_renew "$1"
}
mend_host_key() {
    host_run "$1" sh -c 'mv /etc/ssh/before/* /etc/ssh/ && rmdir /etc/ssh/before'
    sshd_renew "$1"
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
    lb_await "$1"
}
lb_await() { wait_until 100 "HAProxy on $1" world_port_open "$(host_field "$1" 3)" 80; }

break_lb_dies() { host_stop "$1"; }
mend_lb_dies() {
    host_start "$1" "$(host_field "$1" 3)"
    sshd_await "$(host_field "$1" 3)"
    lb_await "$1"
}

# What makes the application ill is a file on each host of the colour.
colour_illness() { for host in $(hosts_of_role "$1"); do host_run "$host" sh -c "$2"; done; }
break_app_errors() { colour_illness "$1" "echo 10 >$LAB_APP_DIR/shared/errors"; }
mend_app_errors() { colour_illness "$1" "rm $LAB_APP_DIR/shared/errors"; }
break_app_slow() { colour_illness "$1" "echo 500 >$LAB_APP_DIR/shared/slow"; }
mend_app_slow() { colour_illness "$1" "rm $LAB_APP_DIR/shared/slow"; }

server_state_set() {
    for lb in $(hosts_of_role lb); do
        haproxy_ask "$lb" "set server $(host_field "$1" 2)_backend/$1 state $2" >/dev/null
    done
}
break_server_drained() { server_state_set "$1" drain; }
mend_server_drained() { server_state_set "$1" ready; }

# The socket stays open under another name; under its own lies one that nobody listens at.
break_lb_socket() {
    host_run "$1" sh -c 'cd /run/haproxy && mv admin.sock admin.sock.aside &&
        perl -MSocket -e "socket my \$s, AF_UNIX, SOCK_STREAM, 0; bind \$s, pack_sockaddr_un(q(admin.sock)) or die"'
}
mend_lb_socket() { host_run "$1" mv /run/haproxy/admin.sock.aside /run/haproxy/admin.sock; }

LAB_MAP=/etc/haproxy/bgconsole/traffic.map
map_disk_share() { host_run "$1" sed -n 's/^green_share //p' "$LAB_MAP"; }
# map_restore LB: the running map becomes what the disk says, in one step (management.txt 9.3: prepare map).
map_restore() {
    local version share
    version=$(haproxy_ask "$1" "prepare map $LAB_MAP" | sed -n 's/^New version created: //p')
    share=$(map_disk_share "$1")
    haproxy_ask "$1" "add map @$version $LAB_MAP green_share $share; commit map @$version $LAB_MAP" >/dev/null
}
break_map_drift() { haproxy_ask "$1" "set map $LAB_MAP green_share 50" >/dev/null; }
mend_map_drift() { map_restore "$1"; }
break_map_set() {
    local share=100
    (("$(map_disk_share "$1")" < 50)) || share=0
    haproxy_ask "$1" "set map $LAB_MAP green_share $share" >/dev/null
}
mend_map_set() { map_restore "$1"; }
break_map_clear() { haproxy_ask "$1" "clear map $LAB_MAP" >/dev/null; }
mend_map_clear() { map_restore "$1"; }
break_map_duplicate() { haproxy_ask "$1" "add map $LAB_MAP green_share 50" >/dev/null; }
mend_map_duplicate() { map_restore "$1"; }
break_map_empty() { host_run "$1" sh -c "cp $LAB_MAP $LAB_MAP.lab && : >$LAB_MAP"; }
mend_map_empty() { host_run "$1" mv "$LAB_MAP.lab" "$LAB_MAP"; }

LAB_CONFIG=/etc/haproxy/haproxy.cfg
break_config_edited() {
    host_run "$1" sh -c "cp -p $LAB_CONFIG $LAB_CONFIG.lab && sed -i 's/^    retries .*/    retries 1/' $LAB_CONFIG"
}
mend_config_edited() { host_run "$1" mv "$LAB_CONFIG.lab" "$LAB_CONFIG"; }

# A second reload takes nothing back: there is no way to the worker that was.
break_reload_foreign() {
    local before
    before=$(haproxy_worker "$1")
    host_run "$1" sh -c 'kill -USR2 "$(cat /run/haproxy.pid)"'
    wait_until 200 "another worker of HAProxy on $1" haproxy_worker_is_not "$1" "$before"
}
mend_reload_foreign() { :; }
haproxy_worker() {
    host_run "$1" sh -c 'echo "show proc" | socat -t 2 - /run/haproxy-master.sock' |
        awk '/^# old/ { exit } $2 == "worker" { print $1 }'
}
haproxy_worker_is_not() {
    local now
    now=$(haproxy_worker "$1") && [[ -n $now && $now != "$2" ]]
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
