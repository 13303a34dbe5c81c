# shellcheck shell=bash disable=SC2016,SC2034,SC2154,SC1091
# The load generator: started, ended and read.

# load_program: the one that the project built, or one compiled here where there is none yet.
load_program() {
    local program=$LAB_PROJECT/build/release/tests/lab/load
    if [[ ! -x $program ]]; then
        program=$LAB_DIR/load
        [[ -x $program ]] || cc -std=c17 -D_GNU_SOURCE -O2 -o "$program" "$LAB_ROOMS"/load/*.c -luv -lcurl ||
            die "the load generator could not be compiled (packages libuv1-dev, libcurl4-openssl-dev?)"
    fi
    echo "$program"
}

lab_load() {
    case ${1:-} in
    start) shift && load_start "$@" ;;
    stop) load_stop ;;
    report) shift && load_report "$@" ;;
    *) die "load: start RPS, stop, or report" ;;
    esac
}

load_start() {
    local rate=${1:-} port=80 lb word program lbs targets=() words=()
    [[ $rate =~ ^[1-9][0-9]{0,5}$ ]] || die "load start: how many requests a second? (a number above 0)"
    shift
    ! load_is_on || die "load is on already (lab load stop)"
    lbs=$(hosts_of_role lb)
    [[ ${1:-} != --to ]] || { lbs=$2 && shift 2; }
    for word; do
        words+=("$word")
        [[ $word == --tls ]] || continue
        [[ -n $LAB_TLS ]] || die "load: this lab has no TLS (lab up --tls)"
        words+=("$LAB_DIR/tls/ca.pem") && port=443
    done
    for lb in $lbs; do targets+=("$(host_field "$lb" 3):$port") || die "load: no host '$lb'"; done
    program=$(load_program)
    rm -f "$LAB_DIR/load.json" "$LAB_DIR/load.json.txt"
    world_spawn "$LAB_DIR/log/load.log" bash -c 'echo $$ >"$1/load.pid"; exec "${@:2}"' load "$LAB_DIR" \
        "$program" --rate "$rate" --report "$LAB_DIR/load.json" "${words[@]}" "${targets[@]}"
    wait_until 30 "the load generator's first report ($(tail -n 1 "$LAB_DIR/log/load.log" 2>/dev/null))" \
        test -e "$LAB_DIR/load.json.txt"
}

load_is_on() {
    [[ -e $LAB_DIR/load.pid ]] && world_run bash -c 'kill -0 "$(<"$1")" 2>/dev/null' on "$LAB_DIR/load.pid"
}

load_stop() {
    load_is_on || die "no load is on"
    # The last report is written before it ends.
    world_run bash -c 'pid=$(<"$1"); kill -TERM "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done' \
        stop "$LAB_DIR/load.pid"
    rm -f "$LAB_DIR/load.pid"
}

load_report() {
    local file=$LAB_DIR/load.json
    [[ ${1:-} != --text ]] || file=$file.txt
    cat "$file" 2>/dev/null || die "there was no load yet (lab load start RPS)"
}
