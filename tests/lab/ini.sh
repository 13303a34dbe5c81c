# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The console's settings for a lab, and the ways in for the console and for people.

ini_write() {
    local user=deploy bootstrap_user=root become=sudo
    [[ $LAB_MODE == root ]] || { bootstrap_user=deploy && become=none; }
    cat >"$LAB_DIR/bgconsole.ini" <<END
; Written by tests/lab/lab for the lab '$LAB_NAME'.
[environment]
app = $LAB_APP
name = lab

[digitalocean]
api_url = http://127.0.0.1:$LAB_API_PORT
token_file = $LAB_DIR/token

[fleet]
address = private

[ssh]
user = $user
bootstrap_user = $bootstrap_user
key_file = $LAB_DIR/id_ed25519
known_hosts = $LAB_DIR/known_hosts
become = $become

[app]
repository = $LAB_REPOSITORY
branch = main
directory = $LAB_APP_DIR
port = $LAB_APP_PORT
workers = $LAB_WORKERS

[health]
delay = 1
release_header = X-Release

[run]
watch = 5

[config]
preview_host = $LAB_PREVIEW
preview_sources = $LAB_CONSOLE_ADDRESS
END
    [[ -z $LAB_TLS ]] || echo "certificates = $LAB_CERTIFICATES" >>"$LAB_DIR/bgconsole.ini"
    chmod 600 "$LAB_DIR/bgconsole.ini"
}

# lab_exec [--] COMMAND...: the console's surroundings; the user's own agent and settings stay outside.
lab_exec() {
    [[ ${1:-} != -- ]] || shift
    (($#)) || die "exec: which command?"
    world_run env -u SSH_AUTH_SOCK BGCONSOLE_CONFIG="$LAB_DIR/bgconsole.ini" \
        XDG_STATE_HOME="$LAB_DIR/xdg" XDG_RUNTIME_DIR="$LAB_DIR/run" \
        PATH="$LAB_PROJECT/build/release:$PATH" "$@"
}

lab_shell() {
    local host=${1:-}
    [[ -n $host ]] || die "shell: which host? ($(hosts_of_role . | tr '\n' ' '))"
    shift
    [[ ${1:-} != -- ]] || shift
    (($#)) || set -- bash -i
    host_run "$host" "$@"
}
