#!/bin/sh
# What only the release before still needs is taken out of the shared data. Nobody can go back to it afterwards.
# It runs once, on one host, after the finish and behind its own gate; it must do no harm a second time.
set -eu

release=$BGC_APP_DIR/releases/$BGC_RELEASE
if [ ! -x "$release/bin/migrate" ]; then
    echo "$BGC_RELEASE has no bin/migrate: nothing to do"
    exit 0
fi
exec "$release/bin/migrate" contract "$(cat "$BGC_APP_DIR/shared/redis")"
