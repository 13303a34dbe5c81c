#!/bin/sh
# Can this host take a release? Says what is missing and how to get it; changes nothing.
set -eu

failed=0
complain() {
    echo "check: $*" >&2
    failed=1
}

for tool in git tar; do
    command -v "$tool" >/dev/null || complain "$tool is missing"
done

for directory in releases shared; do
    if [ ! -d "$directory" ] || [ ! -w "$directory" ]; then
        complain "$BGC_APP_DIR/$directory is not a directory of ours: run bgconsole bootstrap"
    fi
done

if [ -e current ] && [ ! -L current ]; then
    complain "$BGC_APP_DIR/current is not a symbolic link: move it away, it would be replaced"
fi

if [ "$BGC_UNIT_VERB" != none ] && [ ! -x /usr/local/sbin/bgc-unit ]; then
    complain "/usr/local/sbin/bgc-unit is missing: name the unit in the settings and run bgconsole bootstrap"
fi

[ "$failed" = 0 ] || exit 1
git --version
