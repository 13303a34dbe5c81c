# shellcheck shell=bash
# What the tests of the traffic share: the helper of a load balancer by hand, HAProxy's counters, the load generator's.
# Sourced after lib.sh. A figure that a test measured is said in a line that begins with `counted`.
#
# `--long` as the first argument: the large counts.

long=no
[[ ${1:-} != --long ]] || long=yes
# count_of SMALL LARGE
count_of() { if [[ $long == yes ]]; then echo "$2"; else echo "$1"; fi; }
counted() { echo "counted $*"; }

## the helper

epoch=1 seq=0 # the last pair that was used

address_of() { awk -v host="$1" '$1 == host { print $3 }' "$lab_dir/hosts"; }

# bgc_lb LB VERB KEY=VALUE...: one request over ssh; the answer stays in $answer_file. One connection serves all
# requests to a host, so that what is measured is the helper and not the handshake.
answer_file=$scratch/answer
bgc_lb() { bgc_lb_from "$scratch/ssh-%h" "$answer_file" "$@"; }

# bgc_lb_from CONNECTION FILE LB VERB KEY=VALUE...: for several that ask at once. The file $request_body, where there is
# one, goes with the request.
request_body=
bgc_lb_from() {
    local connection=$1 file=$2 lb=$3 verb=$4 sudo='sudo -n '
    shift 4
    [[ $(sed -n 's/^LAB_MODE=//p' "$lab_dir/settings") == root ]] || sudo=
    [[ -z $request_body ]] || set -- "$@" "body=$(stat -c %s "$request_body")"
    { printf '%s\n' 'bgc 1' "verb=$verb" env=my-perl-app-lab "$@" '' && cat "${request_body:-/dev/null}"; } |
        "$LAB" exec --name "$name" -- timeout 60 ssh -F none -i "$lab_dir/id_ed25519" -o BatchMode=yes \
            -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$lab_dir/known_hosts" \
            -o KexAlgorithms=curve25519-sha256 -o ConnectTimeout=5 \
            -o ControlMaster=auto -o ControlPath="$connection" -o ControlPersist=60 -o LogLevel=ERROR \
            "deploy@$(address_of "$lb")" "$sudo/usr/local/sbin/bgc-lb" >"$file" 2>&1
    grep -qx 'end=ok' "$file" || { cat "$file" && false; }
}

# told KEY: of the last answer.
told() { sed -n "s/^$1=//p" "$answer_file" | tail -n 1; }
told_is() { [[ $(told "$1") == "$2" ]] || { cat "$answer_file" && false; }; }

# status_is LB KEY VALUE: asked anew.
status_is() { bgc_lb "$1" status && told_is "$2" "$3"; }

# back_and_forth TIMES: switches on lb-1 from blue to green and back; true where each succeeded. How long each took on
# the load balancer, in us, is then in $scratch/took.
back_and_forth() {
    local n from=0
    : >"$scratch/took"
    for ((n = 1; n <= $1; n++)); do
        switch_share lb-1 $from $((100 - from)) || return
        told took_us >>"$scratch/took"
        from=$((100 - from))
    done
}

# agrees COLOUR SWITCHES: HAProxy counted in that backend what the load generator counted, and the helper's own request
# for each switch to it.
agrees() {
    local users haproxy ours=$(($2 / 2))
    users=$(load "colours.$1") haproxy=$(answers_of lb-1 "$1_backend")
    counted "$1: the load generator $users + the helper's own $ours = $((users + ours)), HAProxy $haproxy"
    check "HAProxy counted as many for $1 as the users did" equal "$haproxy" $((users + ours))
}

# switch_share LB FROM TO KEY=VALUE...: to servers that are all ready. It waits for them: a check that is under way
# on a busy machine is no fault of the switch.
switch_share() {
    local lb=$1 from=$2 to=$3 colour=blue n servers=()
    shift 3
    ((to < from)) || colour=green
    for ((n = 1; n <= droplets; n++)); do servers+=("server=${colour}_backend/web-$colour-$n"); done
    within 30 bgc_lb_next "$lb" switch "run=test-$name" "from=$from" "to=$to" "${servers[@]}" "$@"
}

# bgc_lb_next LB VERB KEY=VALUE...: with the next pair, and a nonce of its own.
bgc_lb_next() {
    ((++seq))
    bgc_lb "$1" "$2" "epoch=$epoch" "seq=$seq" "nonce=n-$epoch-$seq" "${@:3}"
}

# fuse_takes_back WHAT DEADLINE_MS: on lb-1, from green to blue, within 1 s of its deadline; where the test shares a slow
# machine, later. Both moments are of the load balancer's own clock; its ticks are 10 ms.
fuse_takes_back() {
    local fired late most
    most=$(count_of 10000 1000)
    check "$1: nobody confirms, and it is taken back" within 120 status_is lb-1 fuse fired
    bgc_lb lb-1 audit last=1 >/dev/null
    check "$1: the audit says by whom" file_has "$answer_file" 'verb=fuse from=100 to=0 outcome=ok'
    fired=$(sed -n 's/.* uptime_ms=\([0-9]*\) .*verb=fuse .*/\1/p' "$answer_file")
    late=$((${fired:-0} - $2))
    counted "$1: due at $2 ms of the load balancer's clock, taken back at ${fired:-never} ms: $late ms later"
    check "$1: not before its deadline, and within $most ms of it" test "$late" -ge -20 -a "$late" -le "$most"
    check "$1: blue has the traffic" share_is 0
}

## HAProxy

# on_socket LB COMMAND: the statistics socket's answer.
on_socket() { on_host "$1" sh -c "echo '$2' | socat -t 5 - /run/haproxy/admin.sock"; }
on_master() { on_host "$1" sh -c "echo '$2' | socat -t 5 - /run/haproxy-master.sock"; }

# answers_of LB BACKEND: how many requests HAProxy gave an answer to in that backend, of whatever status: each request
# that reached it is counted once, when it has ended (HAProxy 2.6 Management Guide, 9.1: hrsp_*).
answers_of() {
    on_socket "$1" 'show stat' | tr -d '\r' | awk -F, -v backend="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $1 == backend && $2 == "BACKEND" {
            for (name in column) if (name ~ /^hrsp_(.xx|other)$/) sum += $column[name]
        }
        END { print sum + 0 }'
}

counters_cleared() { on_socket "$1" 'clear counters all' >/dev/null; }

# worker_of LB: the pid of the worker that serves; the master's word (Management Guide, 9.4: show proc).
worker_of() { on_master "$1" 'show proc' | awk '$2 == "worker" && !old { print $1 } /^# old/ { old = 1 }'; }
failed_reloads_of() { on_master "$1" 'show proc' | sed -n 's/.*\[failed: \([0-9]*\)\].*/\1/p'; }
worker_is_not() { local now; now=$(worker_of "$1") && [[ -n $now && $now != "$2" ]]; }

# first_answer_of URL: the host that signed the first answer which comes at all.
first_answer_of() {
    "$LAB" exec --name "$name" -- bash -c 'for ((n = 0; n < 3000; n++)); do
        curl --silent --max-time 2 --include "$1" | tr -d "\r" | sed -n "s/^x-host: //p" | grep . && exit
        sleep 0.02
    done' first "$1"
}

## users

# users_come RATE OPTIONS...: returns when they are served.
users_come() {
    lab load start "$@" >/dev/null && within 30 load_above kinds.page.good 20 &&
        within 60 load_is kinds.upgrade.answers "$(sed -n 's/.* --upgrade \([0-9]*\).*/\1/p;t;s/.*/0/p' <<<" $*")"
}
# users_leave: all that they asked is answered and counted when it returns.
users_leave() { lab load stop; }
users_say() { lab load report --text; }

# no_user_noticed WHAT: of all kinds of requests. A machine that is too slow for the rate leaves requests unsent: that
# is said, and is no failure of what is tested.
no_user_noticed() {
    check "$1: no request failed, says the load generator" load_is failed 0
    check "$1: what was sent is what was good" equal "$(load good)" "$(load sent)"
    local unsent
    unsent=$(load skipped)
    ((unsent == 0)) || counted "$1: $unsent requests were never sent: this machine is too slow for the rate"
}
