#!/bin/sh
# Can this host take a release? Says what is missing and how to get it; changes nothing.
set -eu

failed=0
complain() {
    echo "check: $*" >&2
    failed=1
}

need() {
    command -v "$1" >/dev/null || complain "$1 is missing: apt-get install $2"
}

need git git
need tar tar
case $BGC_MODULES in
carton) need carton carton ;;
cpanm) need cpanm cpanminus ;;
esac
case $BGC_SERVER in
starman) need starman starman ;;
plackup) need plackup "libplack-perl starman" ;;
esac
need start_server libserver-starter-perl
perl -MNet::Server::SS::PreFork -e 1 2>/dev/null ||
    complain "starman cannot take a socket from start_server: apt-get install libnet-server-ss-prefork-perl"

for directory in releases shared; do
    if [ ! -d "$directory" ] || [ ! -w "$directory" ]; then
        complain "$BGC_APP_DIR/$directory is not a directory of ours: run bgconsole bootstrap"
    fi
done

if [ -e current ] && [ ! -L current ]; then
    complain "$BGC_APP_DIR/current is not a symbolic link: move it away, it would be replaced"
fi

# The next release may be as large as this one; twice that leaves room for its modules.
wanted_kb=32768
if [ -d current/ ]; then
    current_kb=$(du -sk current/ | cut -f 1)
    [ "$current_kb" -lt 16384 ] || wanted_kb=$((2 * current_kb))
fi
free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
[ "$free_kb" -ge "$wanted_kb" ] ||
    complain "$((free_kb / 1024)) MB free in $BGC_APP_DIR, $((wanted_kb / 1024)) MB wanted"

[ "$failed" = 0 ] || exit 1
echo "$(git --version), $((free_kb / 1024)) MB free"
