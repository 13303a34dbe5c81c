#!/bin/sh
# The application's own build, where it has one. REVISION and the mark come last: without them a
# release is never chosen.
set -eu

cd "releases/$BGC_RELEASE"
if [ -e .bgconsole-ok ]; then
    echo "$BGC_RELEASE is built already"
    exit 0
fi

if [ -n "$BGC_BUILD" ]; then
    [ -x "$BGC_BUILD" ] || {
        echo "build: the release has no program $BGC_BUILD" >&2
        exit 1
    }
    "./$BGC_BUILD"
fi

echo "$BGC_SHA" >REVISION
sync REVISION
: >.bgconsole-ok
echo "$BGC_RELEASE is whole"
