#!/bin/sh
# The modules of cpanfile.snapshot into the release's own local/, and a look whether the app loads
# with them. REVISION and the mark come last: without them a release is never chosen.
set -eu

cd "releases/$BGC_RELEASE"
if [ -e .bgconsole-ok ]; then
    echo "$BGC_RELEASE is built already"
    exit 0
fi

[ -f "$BGC_PSGI" ] || {
    echo "build: the release has no $BGC_PSGI" >&2
    exit 1
}

with_modules=
if [ -f cpanfile ]; then
    [ -f cpanfile.snapshot ] || {
        echo "build: cpanfile has no cpanfile.snapshot beside it: run carton install and commit it" >&2
        exit 1
    }
    if [ -d vendor/cache ]; then
        carton install --deployment --cached
    else
        carton install --deployment
    fi
    with_modules='carton exec --'
fi

# Starman's master outlives workers that die while they load the app, and start_server would take
# it for well: so what cannot load must be found before it is started.
# shellcheck disable=SC2016,SC2086
PLACK_ENV=deployment $with_modules perl -MPlack::Util -e 'Plack::Util::load_psgi($ARGV[0])' "$BGC_PSGI" || {
    echo "build: $BGC_PSGI does not load" >&2
    exit 1
}

echo "$BGC_SHA" >REVISION
sync REVISION
: >.bgconsole-ok
echo "$BGC_RELEASE is whole"
