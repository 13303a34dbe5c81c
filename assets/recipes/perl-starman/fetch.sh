#!/bin/sh
# The commit into a release directory of its own. What an earlier attempt left unfinished is
# removed; a release that is whole is never touched.
set -eu

release=releases/$BGC_RELEASE
export GIT_TERMINAL_PROMPT=0

if [ -e "$release/.bgconsole-ok" ]; then
    echo "$BGC_RELEASE is here already"
    exit 0
fi

for partial in releases/*; do
    if [ ! -d "$partial" ] || [ -e "$partial/.bgconsole-ok" ] || [ "$(readlink current || true)" = "$partial" ]; then
        continue
    fi
    echo "removing ${partial#releases/}, which was never finished"
    rm -rf -- "$partial"
done

[ -d repo ] || git init --quiet --bare repo
git -C repo fetch --quiet --prune --tags --force -- "$BGC_REPOSITORY" '+refs/heads/*:refs/heads/*'
git -C repo cat-file -e "$BGC_SHA^{commit}" 2>/dev/null || {
    echo "fetch: $BGC_SHA is on no branch and no tag of $BGC_REPOSITORY" >&2
    exit 1
}

# By way of a file: a pipe would hide a failure of git archive.
mkdir -p "$release"
git -C repo archive --format=tar --output="$PWD/$release.tar" "$BGC_SHA"
tar -xf "$release.tar" -C "$release"
rm -f -- "$release.tar"

# What outlives a release lies in shared/linked, with the same path, and is linked into each. A
# directory (its name ends with a /) is made where there is none; a file has to be put there.
link_shared() {
    path=${1%/}
    case $1 in */) mkdir -p -- "shared/linked/$path" ;; esac
    [ -e "shared/linked/$path" ] || {
        echo "fetch: $BGC_APP_DIR/shared/linked/$path is missing on this host: put it there" >&2
        exit 1
    }
    mkdir -p -- "$release/$(dirname -- "$path")"
    rm -rf -- "${release:?}/$path"
    ln -s -- "$BGC_APP_DIR/shared/linked/$path" "$release/$path"
}

# Where nothing is named, all that lies there.
for path in ${BGC_LINKED:-$(ls -A shared/linked 2>/dev/null)}; do
    link_shared "$path"
done

git -C repo log -1 --format='%h %an, %ar: %s' "$BGC_SHA"
