# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# What is up in a lab, as its own hosts and load balancers tell it.

lab_status() {
    local name role address broken
    echo "lab '$LAB_NAME' ($LAB_MODE) in $LAB_DIR"
    printf '%-14s %-6s %-12s %-5s %s\n' host role address ssh serving
    while read -r name role address _; do
        printf '%-14s %-6s %-12s %-5s %s\n' "$name" "$role" "$address" \
            "$(status_ssh "$address")" "$(status_serving "$role" "$address")"
    done <"$LAB_DIR/hosts"
    printf '%-14s %-6s %-12s %-5s %s\n' console - "$LAB_CONSOLE_ADDRESS" - \
        "API $(status_api), git $(status_port "$LAB_CONSOLE_ADDRESS" 9418)"
    broken=$(ls "$LAB_DIR/broken" | tr '\n' ' ')
    echo "broken: ${broken:-nothing}"
    if load_is_on; then echo "load: $(load_report --text)"; else echo "load: off"; fi
}

status_ssh() {
    world_run timeout 1 bash -c 'read -r banner <"/dev/tcp/$1/22" && [[ $banner == SSH-2.0* ]]' ssh "$1" \
        2>/dev/null && echo up || echo down
}

status_port() {
    world_run timeout 1 bash -c ': <"/dev/tcp/$1/$2"' port "$@" 2>/dev/null && echo up || echo down
}

# status_serving ROLE ADDRESS: the application's health and release, or what comes through the load balancer.
status_serving() {
    local port=$LAB_APP_PORT path=/health
    [[ $1 != lb ]] || { port=80 && path=/version; }
    world_run curl --silent --max-time 2 --include "http://$2:$port$path" 2>/dev/null | tr -d '\r' |
        awk '
            BEGIN { release = host = "-" }
            NR == 1 { status = $2 }
            tolower($1) == "x-release:" { release = $2 }
            tolower($1) == "x-host:" { host = $2 }
            END { print status ? status " release " release " from " host : "nothing" }'
}

status_api() {
    world_run curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' \
        --header "Authorization: Bearer $(<"$LAB_DIR/token")" "http://127.0.0.1:$LAB_API_PORT/v2/account" || true
}
