# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# What `bgconsole bootstrap` and a first deployment leave behind, made with the project's own files: the helpers of
# assets/remote and the steps of assets/recipes/perl-starman, spoken to as docs/remote-helpers.md says.
# Afterwards blue is live and green is idle and warm, both with release-1.

LAB_ENV=$LAB_APP-lab
LAB_RECIPE=$LAB_PROJECT/assets/recipes/perl-starman
LAB_FIRST_RELEASE=release-1
LAB_PREPARE_AT_ONCE=8

lab_prepare() {
    local host running=0
    LAB_SHA=$(git --git-dir="$LAB_DIR/git/$LAB_APP.git" rev-parse "$LAB_FIRST_RELEASE^{commit}")
    LAB_RELEASE=$(date -u +%Y%m%dT%H%M%SZ)-${LAB_SHA:0:7}
    rm -f "$LAB_DIR"/prepare-failed.*
    for host in $(hosts_of_role .); do
        ((++running <= LAB_PREPARE_AT_ONCE)) || wait -n || true
        host_prepare "$host" </dev/null >"$LAB_DIR/log/prepare-$host.log" 2>&1 || : >"$LAB_DIR/prepare-failed.$host" &
    done
    wait
    for host in $(hosts_of_role .); do
        [[ ! -e $LAB_DIR/prepare-failed.$host ]] ||
            die "prepare: $host: $(tail -n 3 "$LAB_DIR/log/prepare-$host.log")"
    done
    : >"$LAB_DIR/prepared"
}

prepared() {
    [[ -e $LAB_DIR/prepared ]]
}

host_prepare() {
    local role step
    role=$(host_field "$1" 2)
    if [[ $role == lb ]]; then
        host_bootstrap "$1" lb bgc-lb map=/etc/haproxy/bgconsole/traffic.map key=green_share frontend=www \
            blue_backend=blue_backend green_backend=green_backend \
            stats_socket=/run/haproxy/admin.sock master_socket=/run/haproxy-master.sock \
            check_address=127.0.0.1:80 check_host=www.example.com check_path=/health \
            server_state_file=/var/lib/haproxy/servers.state maintenance_map=/etc/haproxy/bgconsole/maintenance.map
        return
    fi
    host_bootstrap "$1" host bgc-host app_dir="$LAB_APP_DIR"
    for step in check fetch build activate restart smoke; do
        host_step "$1" "$step" || return 1
    done
}

# host_bootstrap HOST ROLE HELPER KEY=VALUE...: the last ones are the lines of the host's /etc/bgconsole/ENV.conf.
host_bootstrap() {
    local host=$1 role=$2 helper=$LAB_DIR/host/$1/$3 become=root pair
    "$LAB_PROJECT/assets/remote/assemble" "$3" >"$helper"
    [[ $LAB_MODE == root ]] || become=none
    {
        "$LAB_PROJECT/assets/remote/assemble" bootstrap
        printf '%s\n' 'bgc 1' verb=bootstrap "role=$role" "env=$LAB_ENV" user=deploy "become=$become" \
            "authorized_key=$(<"$LAB_DIR/id_ed25519.pub")"
        for pair in "${@:4}"; do echo "conf.$pair"; done
        printf 'body=%d\n\n' "$(stat -c %s "$helper")"
        cat "$helper"
    } | host_run "$host" perl - | answer_must_be_ok
}

# host_step HOST STEP: one step of the recipe, as a job of bgc-host.
host_step() {
    local script=$LAB_RECIPE/$2.sh pair
    {
        printf '%s\n' 'bgc 1' verb=start "env=$LAB_ENV" "run=lab-$LAB_RELEASE" "step=$2" epoch=0 seq=0 \
            limit_s=300 idle_s=120 follow=1
        step_variables "$1" "$2" | while read -r pair; do echo "var.$pair"; done
        printf 'body=%d\n\n' "$(stat -c %s "$script")"
        cat "$script"
    } | host_run_as_deploy "$1" /usr/local/bin/bgc-host | answer_must_be_ok
}

step_variables() {
    local role
    role=$(host_field "$1" 2)
    cat <<END
BGC_ENV=$LAB_ENV
BGC_RUN=lab-$LAB_RELEASE
BGC_STEP=$2
BGC_HOST=$1
BGC_COLOUR=$role
BGC_APP_DIR=$LAB_APP_DIR
BGC_REPOSITORY=$LAB_REPOSITORY
BGC_REF=$LAB_FIRST_RELEASE
BGC_SHA=$LAB_SHA
BGC_RELEASE=$LAB_RELEASE
BGC_PORT=$LAB_APP_PORT
BGC_WORKERS=$LAB_WORKERS
BGC_PSGI=app.psgi
BGC_HEALTH_METHOD=GET
BGC_HEALTH_PATH=/health
BGC_KEEP_RELEASES=5
END
    recipe_defaults
}

# The variables that the recipe declares, as they are where the settings say nothing.
recipe_defaults() {
    awk '/^\[/ { name = substr($1, 2, length($1) - 2) }
        name ~ /^BGC_/ && sub(/^default *= */, "") { print name "=" $0 }' "$LAB_RECIPE/recipe.ini"
}

# answer_must_be_ok: shows a helper's answer; true where it ends well and, for a job, with rc 0.
answer_must_be_ok() {
    awk '{ print } /^rc=/ { rc = substr($0, 4) } { last = $0 } END { exit !(last == "end=ok" && rc + 0 == 0) }'
}

# app_start HOST: starts the application where one is deployed, as its unit would at boot.
app_start() {
    host_run_as_deploy "$1" test -e "$LAB_APP_DIR/current" || return 0
    local defaults
    mapfile -t defaults < <(recipe_defaults)
    host_run_as_deploy "$1" env -C "$LAB_APP_DIR" BGC_APP_DIR="$LAB_APP_DIR" BGC_PORT="$LAB_APP_PORT" \
        BGC_WORKERS="$LAB_WORKERS" BGC_PSGI=app.psgi "${defaults[@]}" sh -s <"$LAB_RECIPE/restart.sh" >>"$LAB_DIR/log/app-start-$1.log" 2>&1 ||
        die "the application on $1 does not start (see $LAB_DIR/log/app-start-$1.log)"
}
