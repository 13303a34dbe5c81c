#!/bin/sh
# The modules that cpanfile asks for into the release's own local/, and a look whether the app loads
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

# The versions of the snapshot, from vendor/cache where the release brings it: then nothing is
# fetched, and a host needs no way out.
install_by_carton() {
    [ -f cpanfile.snapshot ] || {
        echo "build: cpanfile has no cpanfile.snapshot beside it: run carton install and commit it" >&2
        exit 1
    }
    if [ -d vendor/cache ]; then
        carton install --deployment --cached
    else
        carton install --deployment
    fi
}

install_by_cpanm() {
    [ ! -f cpanfile.snapshot ] ||
        echo "build: cpanm does not read cpanfile.snapshot: hosts may get different versions" >&2
    set -- --installdeps --notest --local-lib-contained local
    [ ! -d vendor/cache ] || set -- "$@" --mirror "file://$PWD/vendor/cache" --mirror-only
    cpanm "$@" .
}

# With the modules, as restart.sh serves it.
with_modules() {
    if [ "$BGC_MODULES" = carton ] && [ -f cpanfile ]; then
        carton exec -- "$@"
    else
        PERL5LIB=$PWD/local/lib/perl5 "$@"
    fi
}

if [ -f cpanfile ]; then
    case $BGC_MODULES in
    carton) install_by_carton ;;
    cpanm) install_by_cpanm ;;
    esac
fi

# Starman's master outlives workers that die while they load the app, and start_server would take
# it for well: so what cannot load must be found before it is started.
export PLACK_ENV=deployment
# shellcheck disable=SC2016
with_modules perl -MPlack::Util -e 'Plack::Util::load_psgi($ARGV[0])' "$BGC_PSGI" || {
    echo "build: $BGC_PSGI does not load" >&2
    exit 1
}

echo "$BGC_SHA" >REVISION
sync REVISION
: >.bgconsole-ok
echo "$BGC_RELEASE is whole"
