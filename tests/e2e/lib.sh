# shellcheck shell=bash
# What the tests of the real binary share: a lab, a terminal, and checks. A test sources it, names what it
# checks in lines `ok` or `FAILED`, and ends with `finish`. Waiting is for a text or a state, with a deadline.
set -uo pipefail

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C.UTF-8
PROJECT=$(cd "$E2E/../.." && pwd)
LAB=$PROJECT/tests/lab/lab
BGCONSOLE=${BGCONSOLE:-$PROJECT/build/debug/bgconsole}
name=e2e-$$ # of the lab, and of the terminal's server
scratch=$(mktemp -d)
export TMUX_TMPDIR=$scratch # its socket goes with the test
unset TMUX
passed=0 failed=0

[[ -x $BGCONSOLE ]] || { echo "no program at $BGCONSOLE: cmake --build --preset debug" && exit 1; }

leave() {
    terminal kill-server 2>/dev/null
    stop_engines
    "$LAB" down --name "$name" >/dev/null 2>&1
    rm -rf "$scratch" "$("$LAB" dir --name "$name").failed"
}
trap leave EXIT
trap 'exit 130' INT TERM

finish() {
    echo "$passed passed, $failed failed"
    ((failed == 0))
    exit
}

## checks

# check WHAT COMMAND...: passes where the command succeeds; else what it printed is shown.
check() {
    local what=$1
    shift
    if "$@" >"$scratch/check" 2>&1; then
        echo "ok      $what"
        ((++passed))
    else
        echo "FAILED  $what: $*"
        tail -n 40 "$scratch/check" | sed 's/^/          /'
        ((++failed))
    fi
}

# within SECONDS COMMAND...: repeats it until it succeeds; at the deadline its last output is let out.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >"$scratch/within" 2>&1; do
        ((SECONDS <= end)) || { cat "$scratch/within" && return 1; }
        sleep 0.05
    done
}

not() { ! "$@"; }

# file_has FILE REGEX: where it has not, the file is let out.
file_has() { grep -qE -- "$2" "$1" || { cat "$1" && false; }; }
file_lacks() { ! grep -E -- "$2" "$1"; }

# equal GOT WANT
equal() { [[ $1 == "$2" ]] || { echo "got '$1', want '$2'" && false; }; }

## the program

# ends WHAT CODE COMMAND...: the command ends with that code; what it said is in $out.
out=$scratch/out
ends() {
    local what=$1 want=$2
    shift 2
    "$@" </dev/null >"$out" 2>&1
    check "$what: exit code $want" equal $? "$want"
    ((failed == 0)) || [[ $(tail -n 1 "$scratch/check") != got* ]] || sed 's/^/          | /' "$out"
}

# says WHAT REGEX: the command before said so. says_not: it did not.
says() { check "$1" file_has "$out" "$2"; }
says_not() { check "$1" file_lacks "$out" "$2"; }

# The program where the console lives; none runs for longer.
console() { "$LAB" exec --name "$name" -- timeout 300 "$BGCONSOLE" "$@"; }

## a run beside the test

# begins COMMAND ARGUMENTS...: its words go to $run_words. run_begins ARGUMENTS...: `bgconsole run`. run_ends CODE
# SECONDS: it ends so by then.
run_words=$scratch/run-words
begins() {
    journal_before=$(journal_newest)
    : >"$run_words"
    console "$@" </dev/null >"$run_words" 2>&1 &
    run_pid=$!
}
run_begins() { begins run "$@"; }
run_says() { file_has "$run_words" "$1"; }
run_ends() {
    within "$2" not kill -0 "$run_pid" || return
    wait "$run_pid"
    equal $? "$1" || { cat "$run_words" && false; }
}

# run_is_at STATE: of docs/run-machine.md, by the newest line of its journal that has one. run_is_killed: as by
# kill -9; nothing is tidied up.
run_is_at() { equal "$(journal | sed -n 's/.*"state":"\([^"]*\)".*/\1/p' | tail -n 1)" "$1"; }
run_is_killed() {
    signal_console KILL
    within 20 not console_runs
    wait "$run_pid" 2>/dev/null
    true
}

# The journal of that run, one JSON object a line; nothing while it has none.
journal_before=
journal_newest() { ls -t "$lab_dir"/xdg/bgconsole/*/runs/*.jsonl 2>/dev/null | head -n 1; }
journal() {
    local newest
    newest=$(journal_newest)
    [[ $newest != "$journal_before" ]] && cat "$newest"
}
journal_has() { journal >"$scratch/journal" && file_has "$scratch/journal" "$1"; }

# status_of WHERE: what `status --json` says there, as `live`, `run.stage`, `pools.blue.hosts.0.health`.
status_of() { console status --json </dev/null 2>/dev/null | json_at "$1"; }
status_says() { local said; said=$(status_of "$1") && equal "$said" "$2"; }

# json_at WHERE: at names and numbers with dots between; nothing where there is nothing; of a list, how long it is.
json_at() {
    perl -MJSON::PP -e '
        my $value = decode_json(join "", <STDIN>);
        for (split /\./, shift) {
            $value = ref $value eq "ARRAY" ? $value->[$_] : ref $value eq "HASH" ? $value->{$_} : undef;
        }
        print ref $value eq "ARRAY" ? scalar(@$value) : $value // ""' "$1"
}

## the lab

# lab_up OPTIONS...: the test's own; it goes with the test.
lab_up() {
    unshare --net true 2>/dev/null || unshare --user --map-root-user --net true 2>/dev/null ||
        { echo "skipped: no namespaces can be made here" && exit 77; }
    "$LAB" up --name "$name" "$@" >"$scratch/up" 2>&1 ||
        { cat "$scratch/up" && echo "FAILED  the lab did not come up" && echo "0 passed, 1 failed" && exit 1; }
    lab_dir=$("$LAB" dir --name "$name")
}

# run_settings LINE...: of the section [run], in place of those that it had.
run_settings() {
    printf '%s\n' "$@" | sed -i -e '/^\[run\]/,/^\[/ { /^\[/!d }' -e '/^\[run\]/r /dev/stdin' "$lab_dir/bgconsole.ini"
}

lab() { "$LAB" "$@" --name "$name"; }
on_host() { "$LAB" shell --name "$name" "$1" -- "${@:2}"; }
haproxy() { on_host lb-1 sh -c "echo '$1' | socat -t 2 - /run/haproxy/admin.sock"; }

# share_is N: on the load balancer's disk and in the running HAProxy.
share_is() {
    local disk runtime
    disk=$(on_host lb-1 cat /etc/haproxy/bgconsole/traffic.map)
    runtime=$(haproxy 'show map /etc/haproxy/bgconsole/traffic.map')
    equal "$disk" "green_share $1" && equal "${runtime##* green_share }" "$1"
}

sha_of() { git --git-dir="$lab_dir/git/my-perl-app.git" rev-parse --short=7 "$1"; }

# load WHERE: a number of the load generator's report, as `failed`, `colours.green`, `releases.f433cff`.
load() {
    local value
    value=$(lab load report | json_at "$1") && echo "${value:-0}"
}
load_is() { equal "$(load "$1")" "$2"; }
load_above() { (($(load "$1") > $2)) || { lab load report && false; }; }

# haproxy_failures: requests that HAProxy itself failed, over all rows: econ, eresp, and its own 5xx at the frontend
# less those of the servers (HAProxy 2.6 Management Guide, 9.1).
haproxy_failures() {
    haproxy 'show stat' | tr -d '\r' | awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $2 == "BACKEND" { failed += $column["econ"] + $column["eresp"] }
        $2 == "FRONTEND" && $column["hrsp_5xx"] != "" { front += $column["hrsp_5xx"] }
        $2 != "BACKEND" && $2 != "FRONTEND" { servers += $column["hrsp_5xx"] }
        END { print failed + (front > servers ? front - servers : 0) }'
}

## a terminal of its own

terminal() { tmux -L "$name" -f /dev/null "$@"; }

# terminal_open COLS ROWS: a shell with a known prompt, in UTF-8 and 256 colours.
terminal_open() {
    printf 'PS1="ready> "\n' >"$scratch/rc"
    terminal -u new-session -d -x "$1" -y "$2" \
        "exec bash --noprofile --rcfile '$scratch/rc' -i" ';' \
        set-option -g status off ';' set-option -g default-terminal tmux-256color
    check "a terminal of $1x$2" within 20 shows '^ready>'
}

# run_in_terminal WORDS...: as typed.
run_in_terminal() { terminal send-keys -l "$*" && press Enter; }
press() { terminal send-keys "$@"; }
type_text() { terminal send-keys -l "$1"; }
screen() { terminal capture-pane -p; }
shows() { screen | grep -qE -- "$1" || { screen && false; }; }

# sees WHAT SECONDS REGEX: it comes on the screen. sees_gone: it goes.
sees() { check "$1" within "$2" shows "$3"; }
sees_gone() { check "$1" within "$2" not shows "$3"; }

# The console in the terminal: console_in_terminal ARGUMENTS...; in_front WORDS... before the program's path.
in_front=
console_in_terminal() { run_in_terminal "$LAB exec --name $name -- $in_front $BGCONSOLE $*"; }

# signal_console NAME: to the program in this lab, and to no other.
signal_console() { "$LAB" exec --name "$name" -- pkill "-$1" -x "$(basename "$BGCONSOLE")"; }
console_runs() { "$LAB" exec --name "$name" -- pgrep -x "$(basename "$BGCONSOLE")" >/dev/null; }

# The engine that consoles are attached to is a process of its own.
signal_engine() { "$LAB" exec --name "$name" -- pkill "-$1" -x bgc-engine; }
engine_runs() { console engine >/dev/null 2>&1; }

# stop_engines: those that the test started outside of a lab, by the locks that they hold.
stop_engines() {
    local lock pid
    for lock in "$scratch"/*/bgconsole/*/engine.lock; do
        pid=$(sed -n "s/^pid \([0-9]*\),.*/\1/p" "$lock" 2>/dev/null)
        [[ $(cat "/proc/${pid:-0}/comm" 2>/dev/null) != bgc-engine ]] || kill "$pid"
    done
}

# terminal_noted: remembers what `stty -a` says; terminal_is_whole WHAT: it says the same again, the cursor is
# seen, the alternate screen and the modes of mouse and paste are left, and the shell reads lines.
terminal_noted() {
    run_in_terminal "stty -a >$scratch/stty.before; settings=\$(stty -g); clear; echo noted"
    within 20 shows "^noted\$"
}
typed=0
terminal_is_whole() {
    check "$1: the prompt is back" within 20 shows '^ready>$'
    check "$1: alternate screen left, cursor seen, no mouse" equal \
        "$(terminal display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}')" "0 1 0 0"
    run_in_terminal "clear; stty -a >$scratch/stty.after; echo typed-\$(($typed + 1))"
    sees "$1: what is typed is seen and done" 20 "^typed-$((++typed))\$"
    check "$1: stty says what it said" diff "$scratch/stty.before" "$scratch/stty.after"
}
