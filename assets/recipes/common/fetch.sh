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

# What outlives a release lies in shared/linked, with the same path, and is linked into each.
if [ -d shared/linked ]; then
    (cd shared/linked && find . -mindepth 1 -maxdepth 1) | while read -r name; do
        rm -rf -- "${release:?}/$name"
        ln -s -- "$BGC_APP_DIR/shared/linked/${name#./}" "$release/${name#./}"
    done
fi

git -C repo log -1 --format='%h %an, %ar: %s' "$BGC_SHA"
