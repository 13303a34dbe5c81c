# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The DigitalOcean API of the lab: a stateful emulator on the console's loopback.

# token_make SCOPE...: a new token, printed; the API knows it at once.
token_make() {
    local token
    token=dop_v1_$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && echo "$token $*" >>"$LAB_DIR/tokens")
    echo "$token"
}

api_start() {
    world_spawn "$LAB_DIR/log/api.log" "$LAB_ROOMS/api/server" "$LAB_DIR" "$LAB_API_PORT"
}
