#!/bin/sh
# What the release needs of the shared data is added, beside what the release before still reads and writes.
# It runs once, on one host, when the release is built there and not yet current; it must do no harm a second time.
set -eu

release=$BGC_APP_DIR/releases/$BGC_RELEASE
if [ ! -x "$release/bin/migrate" ]; then
    echo "$BGC_RELEASE has no bin/migrate: nothing to do"
    exit 0
fi
exec "$release/bin/migrate" expand "$(cat "$BGC_APP_DIR/shared/redis")"
