# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# HAProxy on the lab's load balancers.

# haproxy_seed LB: what the load balancer's disk holds at its first boot.
haproxy_seed() {
    local seed=$LAB_DIR/host/$1/seed
    local directory=$seed/etc/haproxy
    mkdir -p "$directory/bgconsole" "$seed/var/lib/haproxy"
    echo 1 >"$seed/var/lib/haproxy/servers.state"
    echo 'green_share 0' >"$directory/bgconsole/traffic.map"
    echo 'maintenance 0' >"$directory/bgconsole/maintenance.map"
    echo '<h1>Back soon</h1>' >"$directory/bgconsole/maintenance.html"
    [[ -z $LAB_TLS ]] || tls_seed "$seed"
    haproxy_render >"$directory/haproxy.cfg"
}

# haproxy_render: the project's template with the lab's values; what each stands for is said at its top.
haproxy_render() {
    local drop_privileges=yes
    [[ $LAB_MODE == root ]] || drop_privileges=no
    perl -I "$LAB_PROJECT/tests/lib" -MHaproxyTemplate -e 'print render_haproxy_template(@ARGV)' \
        environment "$LAB_ENV" config.drop_privileges "$drop_privileges" config.log_target 127.0.0.1:514 \
        config.error_files '' config.preview_host "$LAB_PREVIEW" config.preview_sources "$LAB_CONSOLE_ADDRESS" \
        haproxy.check_host www.example.com health.method GET config.certificates "${LAB_TLS:+$LAB_CERTIFICATES}" \
        blue_servers "$(haproxy_servers blue)" green_servers "$(haproxy_servers green)"
}

haproxy_servers() {
    awk -v role="$1" -v port="$LAB_APP_PORT" \
        '$2 == role { print "server", $1, $3 ":" port, "check inter 1s" }' "$LAB_DIR/hosts"
}

# haproxy_await: returns when every load balancer sees every server up, on the word of a passed check
# (show servers state: srv_op_state 2, srv_check_result 3). On a bare lab nothing runs behind it yet.
haproxy_await() {
    local lb
    for lb in $(hosts_of_role lb); do
        wait_until 100 "HAProxy on $lb" world_port_open "$(host_field "$lb" 3)" 80
        prepared || continue
        wait_until 200 "HAProxy on $lb to see every server up" haproxy_all_up "$lb"
    done
}

haproxy_all_up() {
    haproxy_ask "$1" 'show servers state' 2>/dev/null |
        awk -v want=$((2 * LAB_DROPLETS)) '
            NF > 10 && $1 != "#" && $6 == 2 && $12 == 3 { up++ }
            END { exit up != want }'
}

# haproxy_ask LB COMMAND: asks the statistics socket.
haproxy_ask() {
    echo "$2" | host_run "$1" socat -t 2 - /run/haproxy/admin.sock
}
