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
    cat >"$run/serve.new" <<EOF
#!/bin/sh
set -eu
cd -P "$BGC_APP_DIR/current"
export BGC_RELEASE="\$(basename "\$PWD")"
if [ -f cpanfile ]; then
    exec carton exec -- starman --workers "$BGC_WORKERS" "$BGC_PSGI"
fi
exec starman --workers "$BGC_WORKERS" "$BGC_PSGI"
EOF
    chmod 755 "$run/serve.new"
    mv "$run/serve.new" "$run/serve"
}

# The newest generation: "GENERATION:PID".
generation() {
    sort -t : -k 1,1n "$run/status" 2>/dev/null | tail -n 1
}

# start_server holds a lock on its pid file for as long as it lives.
is_running() {
    [ -s "$run/pid" ] && ! flock --nonblock --shared "$run/pid" true
}

write_program
before=$(generation)
if is_running; then
    echo "start_server $(cat "$run/pid"): generation ${before%%:*} is asked to hand over"
    start_server --restart --pid-file="$run/pid" --status-file="$run/status"
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
        exit 0
    fi
    tries=$((tries - 1))
    sleep 0.5
done

echo "restart: no new generation came up within 60 s; the end of $log:" >&2
tail -n 20 "$log" >&2 || true
exit 1
