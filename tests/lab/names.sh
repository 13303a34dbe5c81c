# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# Where a lab keeps its things and what its hosts are called. Sourced by every room of the lab.

LAB_ROOMS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_PROJECT=$(cd "$LAB_ROOMS/../.." && pwd)
LAB_HOME=${BGCONSOLE_LAB_HOME:-${TMPDIR:-/tmp}/bgconsole-lab-$EUID}

LAB_APP=my-perl-app
LAB_CONSOLE_ADDRESS=10.77.0.1
LAB_API_PORT=8055
LAB_REPOSITORY=git://$LAB_CONSOLE_ADDRESS/$LAB_APP.git
LAB_PREVIEW=preview.example.com # the host name of the idle colour
LAB_APP_DIR=/opt/$LAB_APP
LAB_APP_PORT=8080

die() {
    echo "lab: $*" >&2
    exit 1
}

# lab_name_set NAME: from here on LAB_DIR is that lab's state directory.
lab_name_set() {
    [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "a lab's name is a-z, 0-9 and '-', not '$1'"
    LAB_NAME=$1
    LAB_DIR=$LAB_HOME/$LAB_NAME
}

# lab_is_up: true while the process that holds the lab's namespaces lives.
# A number alone could have gone to another process: its start time must agree too.
lab_is_up() {
    local pid start
    { read -r pid start <"$LAB_DIR/holder"; } 2>/dev/null || return 1
    [[ $(process_start "$pid") == "$start" ]]
}

# process_start PID: prints when it started, in ticks since boot (proc(5), stat, field 22).
process_start() {
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    read -ra fields <<<"${stat##*) }"
    echo "${fields[19]}"
}

lab_must_be_up() {
    lab_is_up || die "lab '$LAB_NAME' is not up (lab up --name $LAB_NAME)"
    . "$LAB_DIR/settings"
}

# hosts_print DROPLETS LBS: the lab's table of hosts: name, role, private address, public address, Droplet id.
# The public addresses are of the blocks kept for documentation (RFC 5737).
hosts_print() {
    local n
    for ((n = 1; n <= $1; n++)); do echo "web-blue-$n blue 10.77.1.$n 192.0.2.$n $((4000000 + n))"; done
    for ((n = 1; n <= $1; n++)); do echo "web-green-$n green 10.77.2.$n 198.51.100.$n $((4001000 + n))"; done
    for ((n = 1; n <= $2; n++)); do echo "lb-$n lb 10.77.3.$n 203.0.113.$n $((4002000 + n))"; done
}

# host_field HOST COLUMN: one field of the table; fails where there is no such host.
host_field() {
    awk -v host="$1" -v column="$2" '$1 == host { print $column; found = 1 } END { exit !found }' "$LAB_DIR/hosts"
}

hosts_of_role() {
    awk -v role="$1" '$2 ~ role { print $1 }' "$LAB_DIR/hosts"
}
