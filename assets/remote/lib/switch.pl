# The switch of the green share, a transaction: what is refused before anything is changed, the
# change on disk and in HAProxy with its proof, and how a change is settled that was cut off.
#
# <state>/intent is an unfinished change, <state>/state the outcome of the last one.

use constant {
    SET_TRIES    => 3,      # a reload may come between two looks at the worker
    SET_PAUSE_MS => 200,
};

# The transaction. Each step leaves the world so that the next request can finish it or take it
# back; settle_intent() is where that is done.
sub switch {
    my ($request) = @_;
    my $lb     = open_balancer($request->{env});
    my $change = change_of($request);
    local @SIG{qw(HUP INT TERM PIPE)} = ('IGNORE') x 4;    # once begun it is ended, whoever left

    my $lock = take_lock("$lb->{state}/lock", LOCK_WAIT_MS)
        or fail(busy => 'another request holds the lock of this environment');
    settle_intent($lb);
    return if answer_known_nonce($lb, $change);
    refuse_stale($lb, $change);
    refuse_conflict($lb, $change);
    refuse_not_ready($lb, $request->{asked}{server} || []);

    write_intent($lb, $change);
    my $failed = attempt(
        sub { write_disk_share($lb, $change->{to}) },
        sub { set_runtime_share($lb, $change) },
        sub { prove_by_request($lb, $change) },
    );
    take_back($lb, $change, $failed) if $failed && $failed->{code} ne 'unproven';
    record_outcome($lb, $change, $failed);
    answer_outcome($change);
}

sub change_of {
    my ($request) = @_;
    return { map { $_ => asked($request, $_) } qw(run epoch seq nonce from to) };
}

# The change in one of our own files, or nothing where the file is not there.
sub read_change {
    my ($lb, $name) = @_;
    my $change = read_pairs("$lb->{state}/$name") or return;
    for my $key (qw(run epoch seq nonce from to)) {
        fail(state => "$lb->{state}/$name has no $key") if !defined $change->{$key};
    }
    return $change;
}

# A change whose end nobody saw: reality decides. Where traffic has moved, the disk follows it;
# where it has not, the disk goes back. What fits neither stays for a human, and is said.
sub settle_intent {
    my ($lb) = @_;
    my $change = read_change($lb, 'intent') or return;
    my $share = read_runtime($lb)->{share};
    my $failed;
    if ($share == $change->{to}) {
        $failed = attempt(
            sub { write_disk_share($lb, $share) },
            sub { prove_by_request($lb, $change) },
        );
    }
    elsif ($share == $change->{from}) {
        write_disk_share($lb, $share);
        $failed = { code => 'haproxy', message => 'cut off before HAProxy was told; taken back' };
    }
    else {
        fail(conflict => "a change from $change->{from} to $change->{to} was cut off, and the share is now $share",
            runtime_share => $share);
    }
    record_outcome($lb, $change, $failed);
}

sub answer_known_nonce {
    my ($lb, $change) = @_;
    my $state = read_change($lb, 'state') or return 0;
    return 0 if $state->{nonce} ne $change->{nonce};
    answer_outcome($state, repeated => 1);
    return 1;
}

sub refuse_stale {
    my ($lb, $change) = @_;
    my $state = read_change($lb, 'state') or return;
    my ($epoch, $seq) = @$state{qw(epoch seq)};
    return if $change->{epoch} > $epoch || $change->{epoch} == $epoch && $change->{seq} > $seq;
    fail(stale => "($change->{epoch}, $change->{seq}) is not above ($epoch, $seq), which was seen here",
        epoch => $epoch, seq => $seq);
}

sub refuse_conflict {
    my ($lb, $change) = @_;
    my $runtime = read_runtime($lb);
    my $disk    = read_disk_share($lb);
    return if $disk == $change->{from} && $runtime->{share} == $change->{from};
    fail(conflict => "the share is $disk on disk and $runtime->{share} in HAProxy, not $change->{from}",
        disk_share => $disk, runtime_share => $runtime->{share});
}

# Traffic goes only to servers that HAProxy itself has checked and found well: UP alone is what a
# server is before its first check, too.
sub refuse_not_ready {
    my ($lb, $servers) = @_;
    my (%state, @lines);
    for my $server (@$servers) {
        my ($backend, $name) = split m{/}, $server;
        $state{$backend} ||= read_servers($lb, $backend);
        my $why = why_not_ready($state{$backend}{$name});
        push @lines, server => "$server $why" if $why;
    }
    my $count = @lines / 2;
    fail(not_ready => "$count of " . @$servers . ' servers are not ready', @lines) if @lines;
}

sub why_not_ready {
    my ($server) = @_;
    return "is not in HAProxy's backend"        if !$server;
    return 'is in maintenance or drained'       if $server->{srv_admin_state} != 0;
    return 'is DOWN'                            if $server->{srv_op_state} == 0;
    return 'is starting or stopping'            if $server->{srv_op_state} != 2;
    return 'was never checked'                  if $server->{srv_check_result} == 0;
    return 'fails its checks'                   if $server->{srv_check_result} != 3;
    my $full = $server->{check_rise} + $server->{check_fall} - 1;
    return "has passed $server->{srv_check_health} of $full checks" if $server->{srv_check_health} < $full;
    return;
}

sub write_intent {
    my ($lb, $change) = @_;
    $change->{started_us} = uptime_us();
    write_pairs("$lb->{state}/intent", $change, 0600);
}

# Runs the steps until one fails; returns its failure.
sub attempt {
    my (@steps) = @_;
    for my $step (@steps) {
        next if eval { $step->(); 1 };
        my $error = $@;
        return ref $error ? $error : { code => 'state', message => "the helper failed: $error" };
    }
    return;
}

# Set, and read back on the same connection, so that one worker gave all three answers; then that
# worker must still be the one that serves. A reload in between has loaded the share from the
# disk, and the next try finds it so.
sub set_runtime_share {
    my ($lb, $change) = @_;
    my $trouble;
    for my $try (1 .. SET_TRIES) {
        nap(SET_PAUSE_MS) if $try > 1;
        my ($info, $said, $map) = ask_haproxy($lb, 'show info',
            "set map $lb->{map} $lb->{key} $change->{to}", "show map $lb->{map}");
        my %info   = info_of($info);
        my @shares = shares_of($map, $lb->{key});
        my $master = ask_master($lb);
        $trouble =
              $said ne ''                        ? "HAProxy answered: $said"
            : @shares != 1                       ? scalar(@shares) . " entries of $lb->{key} in the map"
            : $shares[0] ne $change->{to}        ? "the share reads $shares[0] after it was set to $change->{to}"
            : $info{Stopping} ne '0'             ? "the worker $info{Pid} is stopping"
            : $info{Pid} ne $master->{worker_pid} ? "the worker $info{Pid} is not the master's"
            :                                      undef;
        if (!$trouble) {
            my $now = uptime_us();
            @$change{qw(worker_pid took_us at_uptime_ms)}
                = ($info{Pid}, $now - $change->{started_us}, int($now / 1000));
            return;
        }
    }
    fail(haproxy => $trouble);
}

# What clients will see: one request like theirs, through the frontend.
sub prove_by_request {
    my ($lb, $change) = @_;
    my $seen = eval { request_through_frontend($lb, $change->{nonce}) };
    fail(unproven => "the request through $lb->{check_address} failed: " . reason_of($@)) if !$seen;
    @$change{qw(answered_by answered_status)} = @$seen{qw(backend status)};
    my %allowed = (
        ($change->{to} < 100 ? ($lb->{blue_backend} => 1) : ()),
        ($change->{to} > 0   ? ($lb->{green_backend} => 1) : ()),
    );
    fail(unproven => 'the answer through the frontend names no backend (X-Bgconsole-Backend)')
        if !defined $seen->{backend};
    fail(unproven => "the request through the frontend was answered by $seen->{backend}")
        if !$allowed{ $seen->{backend} };
    fail(unproven => "the request through the frontend was answered $seen->{status} by $seen->{backend}")
        if $seen->{status} >= 500;
}

# The disk first: HAProxy may start from it at any time. Then the running share, as far as HAProxy
# still hears us. What could not be undone is told in the failure's own sentence.
sub take_back {
    my ($lb, $change, $failed) = @_;
    my %back = (%$change, to => $change->{from});
    my $again = attempt(
        sub { write_disk_share($lb, $back{to}) if read_disk_share($lb) != $back{to} },
        sub { set_runtime_share($lb, \%back) if read_runtime($lb)->{share} != $back{to} },
    );
    $failed->{message} .= $again
        ? "; taking it back failed too: $again->{message}"
        : "; the share is $back{to} as before";
}

# The outcome reaches the disk before the intent leaves it: a crash in between settles the same
# change once more, which changes nothing.
sub record_outcome {
    my ($lb, $change, $failed) = @_;
    $change->{outcome} = $failed ? $failed->{code} : 'ok';
    $change->{message} = $failed->{message} if $failed;
    delete $change->{started_us};
    write_pairs("$lb->{state}/state", $change, 0600);
    remove_file("$lb->{state}/intent");
}

sub answer_outcome {
    my ($outcome, @more) = @_;
    my @told = qw(from to worker_pid took_us at_uptime_ms answered_by answered_status);
    my @pairs = ((map { $_ => $outcome->{$_} } @told), @more);
    fail($outcome->{outcome}, $outcome->{message} || '', @pairs) if $outcome->{outcome} ne 'ok';
    answer(@pairs);
}
