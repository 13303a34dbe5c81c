#!/bin/sh
# A new generation under Server::Starter, which holds the listening socket all the while: the old
# generation ends only when the new one runs, and finishes its requests first. Nothing is ever
# ended by its name.
set -eu

run=$BGC_APP_DIR/shared/run
log=$BGC_APP_DIR/shared/log/app.log

# What start_server runs, anew for each generation: so each finds the release that is current by
# then, with its own modules. Workers and app file are read here too, so that a restart takes them.
write_program() {
    case $BGC_SERVER in
    starman) server="starman --workers '$BGC_WORKERS'" ;;
    plackup) server="plackup --server Starman --env deployment --workers '$BGC_WORKERS'" ;;
    esac
    cat >"$run/serve.new" <<EOF
#!/bin/sh
set -eu
cd -P "$BGC_APP_DIR/current"
export BGC_RELEASE="\$(basename "\$PWD")"
if [ "$BGC_MODULES" = carton ] && [ -f cpanfile ]; then
    exec carton exec -- $server '$BGC_PSGI'
fi
export PERL5LIB="\$PWD/local/lib/perl5"
exec $server '$BGC_PSGI'
EOF
    chmod 755 "$run/serve.new"
    mv "$run/serve.new" "$run/serve"
}

# The newest generation: "GENERATION:PID". The others are finishing.
generation() {
    sort -t : -k 1,1n "$run/status" 2>/dev/null | tail -n 1
}
old_generations() {
    sort -t : -k 1,1n "$run/status" 2>/dev/null | sed '$d'
}

# start_server holds a lock on its pid file for as long as it lives.
is_running() {
    [ -s "$run/pid" ] && ! flock --nonblock --shared "$run/pid" true
}

workers_of() {
    grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | cut -d / -f 3
}
old_workers() {
    old_generations | while IFS=: read -r _ master; do
        workers_of "$master"
    done
}

# TERM ends a worker at once, unless it is deep in something that does not hear: 2 s later KILL does.
end_workers() {
    for worker; do
        echo "  worker $worker: $(tr '\0' ' ' <"/proc/$worker/cmdline")"
    done
    kill -TERM "$@" 2>/dev/null || true
    sleep 2
    # lint ok: the same processes, known by their parent, at the end of their time
    kill -KILL "$@" 2>/dev/null || true
}

# An idle worker ends at once; one that is here after that has a request.
finish_old() {
    waited=0
    while [ -n "$(old_generations)" ] && is_running; do
        if [ "$waited" -ge "$BGC_STOP_GRACE" ]; then
            # shellcheck disable=SC2046
            set -- $(old_workers)
            echo "stop_grace = $BGC_STOP_GRACE s is over; old workers that are ended with their requests: $#"
            [ $# = 0 ] || end_workers "$@"
            return
        fi
        [ $((waited % 5)) != 4 ] || echo "old workers that are still at their requests: $(old_workers | wc -l)"
        sleep 1
        waited=$((waited + 1))
    done
    [ "$waited" = 0 ] || echo "the old generation finished its requests within $waited s"
}

write_program
before=$(generation)
if is_running; then
    echo "start_server $(cat "$run/pid"): generation ${before%%:*} is asked to hand over"
    kill -HUP "$(cat "$run/pid")"
else
    echo "start_server is not running: starting it on port $BGC_PORT"
    rm -f -- "$run/status"
    before=
    start_server --daemonize --port="$BGC_PORT" --interval=2 \
        --signal-on-hup=QUIT --signal-on-term=QUIT \
        --pid-file="$run/pid" --status-file="$run/status" --log-file="$log" \
        -- "$run/serve" </dev/null >>"$log" 2>&1
fi

# Up to 60 s for a generation that was not there before and whose process lives in the new release.
tries=120
while [ "$tries" -gt 0 ]; do
    now=$(generation)
    pid=${now#*:}
    if [ -n "$now" ] && [ "$now" != "$before" ] &&
        [ "$(readlink "/proc/$pid/cwd")" = "$(readlink -f "$BGC_APP_DIR/current")" ]; then
        echo "generation ${now%%:*} is process $pid in $(basename "$(readlink "/proc/$pid/cwd")")"
        finish_old
        exit 0
    fi
    tries=$((tries - 1))
    sleep 0.5
done

echo "restart: no new generation came up within 60 s; the end of $log:" >&2
tail -n 20 "$log" >&2 || true
exit 1
