# HAProxy on the lab's load balancers.

# haproxy_seed LB: what the load balancer's disk holds at its first boot.
haproxy_seed() {
    local directory=$LAB_DIR/host/$1/seed/etc/haproxy
    mkdir -p "$directory/bgconsole"
    echo 'green_share 0' >"$directory/bgconsole/traffic.map"
    haproxy_render >"$directory/haproxy.cfg"
}

# haproxy_await: returns when every load balancer sees every server up, on the word of a passed check
# (show servers state: srv_op_state 2, srv_check_result 3). On a bare lab nothing listens behind it yet.
haproxy_await() {
    local lb address
    for lb in $(hosts_of_role lb); do
        address=$(host_field "$lb" 3)
        wait_until 100 "HAProxy on $lb" world_port_open "$address" 80
        [[ -n $(prepared) ]] || continue
        wait_until 200 "HAProxy on $lb to see every server up" haproxy_all_up "$lb"
    done
}

haproxy_all_up() {
    haproxy_ask "$1" 'show servers state' 2>/dev/null |
        awk -v want=$((2 * LAB_DROPLETS)) 'NF > 10 && $1 != "#" && $6 == 2 && $12 == 3 { up++ } END { exit up != want }'
}

# haproxy_ask LB COMMAND: asks the statistics socket.
haproxy_ask() {
    echo "$2" | host_run "$1" socat -t 2 - /run/haproxy/admin.sock
}
