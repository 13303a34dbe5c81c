#!/bin/sh
# Asks bgc-unit, root's own, to restart or reload the application's unit; it answers in lines, the
# last of which says how it ended.
set -eu

[ "$BGC_UNIT_VERB" != none ] || {
    echo "nothing is restarted: the server finds the new release by itself"
    exit 0
}

answer=$(printf 'bgc 1\nverb=%s\nenv=%s\n\n' "$BGC_UNIT_VERB" "$BGC_ENV" | sudo -n /usr/local/sbin/bgc-unit) || true
printf '%s\n' "$answer"
case $answer in
*end=ok) exit 0 ;;
esac
echo "unit: no $BGC_UNIT_VERB: see above, and the unit's journal on this host" >&2
exit 1
