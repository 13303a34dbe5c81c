# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The DigitalOcean API of the lab: a stateful emulator on the console's loopback.

api_start() {
    world_spawn "$LAB_DIR/log/api.log" "$LAB_ROOMS/api/server" "$LAB_DIR" "$LAB_API_PORT"
}
