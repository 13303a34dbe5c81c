#!/bin/sh
# `current` names the new release from one instant to the next. Then old releases go, but never
# the current one nor the one before it: that is the way back.
set -eu

release=releases/$BGC_RELEASE
[ -e "$release/.bgconsole-ok" ] || {
    echo "activate: $BGC_RELEASE was never built to its end" >&2
    exit 1
}

before=$(readlink current || true)
if [ "$before" != "$release" ]; then
    ln -sfn "$release" current.new
    mv -T current.new current
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $BGC_RELEASE $BGC_SHA run $BGC_RUN by ${BGC_WHO:-unknown}, before ${before#releases/}" >>revisions.log
    printf '%s\n' "$before" >shared/run/before
fi
before=$(cat shared/run/before 2>/dev/null || true)

# Newest first: a release's name begins with its time.
kept=0
printf '%s\n' releases/* | sort -r | while read -r other; do
    [ -e "$other/.bgconsole-ok" ] || continue
    kept=$((kept + 1))
    [ "$kept" -gt "$BGC_KEEP_RELEASES" ] || continue
    case $other in "$release" | "$before") continue ;; esac
    echo "removing ${other#releases/}"
    rm -f -- "$other/.bgconsole-ok"
    rm -rf -- "$other"
done
echo "current is $BGC_RELEASE"
