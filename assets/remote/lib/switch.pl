# The switch of the green share, a transaction: what is refused before anything is changed, and the
# change on disk and in HAProxy with its proof. A change that was cut off is settled in recover.pl.
#
# <state>/intent is an unfinished change, <state>/state the outcome of the last one.

use constant {
    SET_TRIES    => 3,      # a reload may come between two looks at the worker
    SET_PAUSE_MS => 200,

    # of `show servers state`: srv_check_result, and a bit of srv_check_state
    CHECK_PASSED      => 3,
    CHECK_IN_PROGRESS => 1,
};

# The transaction. Each step leaves the world so that the next request can finish it or take it
# back; settle_intent() is where that is done.
sub switch {
    my ($request) = @_;
    my $fuse_s = asked_fuse_s($request);
    my ($lb, $change) = begin_change($request, 'switch') or return;
    refuse_conflict($lb, $change);
    refuse_not_ready($lb, $request->{asked}{server} || []);
    make_change($lb, $change, defined $fuse_s ? sub { arm_fuse($lb, $change, $fuse_s) } : ());
    answer_outcome($change);
}

# What every change begins with: the lock, the end of what was cut off, and a pair above all that
# were seen. Nothing where the nonce is known and its outcome was told.
sub begin_change {
    my ($request, $verb) = @_;
    my $lb     = open_balancer($request->{env});
    my $change = { verb => $verb, map { $_ => asked($request, $_) } qw(run epoch seq nonce from to) };
    lock_environment($lb);
    settle_intent($lb);
    return if answer_known_nonce($lb, $change);
    refuse_stale($lb, $change);
    return ($lb, $change);
}

# From the intent to the outcome; returns the failure. Once begun it is ended, whoever left.
sub make_change {
    my ($lb, $change, @first) = @_;
    local @SIG{qw(HUP INT TERM PIPE)} = ('IGNORE') x 4;
    write_intent($lb, $change);
    my $failed = attempt(
        @first,
        sub { write_disk_share($lb, $change->{to}) },
        sub { set_runtime_share($lb, $change) },
        sub { prove_by_request($lb, $change) },
    );
    take_back($lb, $change, $failed) if $failed && $failed->{code} ne 'unproven';
    record_outcome($lb, $change, $failed);
    conclude_fuse($lb, $change);
    return $failed;
}

# The change in one of our own files, or nothing where the file is not there.
sub read_change {
    my ($lb, $name) = @_;
    my $change = read_pairs("$lb->{state}/$name") or return;
    for my $key (qw(run epoch seq nonce from to)) {
        fail(state => "$lb->{state}/$name has no $key") if !defined $change->{$key};
    }
    $change->{verb} = 'switch' if !defined $change->{verb};    # written by an earlier helper
    return $change;
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
    refuse_lower($lb, $change);
    my $state = read_change($lb, 'state') or return;
    fail_stale($change, $state) if !is_above($change, $state);
}

# Below the last change, or of an epoch before the lease's. For what uses up no pair of its own,
# the last pair itself will do.
sub refuse_lower {
    my ($lb, $change) = @_;
    my $lease = read_lease($lb);
    fail(stale => "the epoch $change->{epoch} is below the lease's, $lease->{epoch}", epoch => $lease->{epoch})
        if $change->{epoch} < $lease->{epoch};
    my $state = read_change($lb, 'state') or return;
    fail_stale($change, $state) if is_above($state, $change);
}

sub fail_stale {
    my ($change, $state) = @_;
    my ($epoch, $seq) = @$state{qw(epoch seq)};
    fail(stale => "($change->{epoch}, $change->{seq}) is not above ($epoch, $seq), which was seen here",
        epoch => $epoch, seq => $seq);
}

sub is_above {
    my ($one, $other) = @_;
    return ($one->{epoch} <=> $other->{epoch} || $one->{seq} <=> $other->{seq}) > 0;
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

# While a check is under way HAProxy has forgotten the result of the one before. Its counter has not:
# it begins at `rise`, and only a passed check brings it above.
sub passed_its_check {
    my ($server) = @_;
    return $server->{srv_check_result} == CHECK_PASSED
        || ($server->{srv_check_state} & CHECK_IN_PROGRESS && $server->{srv_check_health} > $server->{check_rise});
}

sub why_not_ready {
    my ($server) = @_;
    return "is not in HAProxy's backend"        if !$server;
    return 'is in maintenance or drained'       if $server->{srv_admin_state} != 0;
    return 'is DOWN'                            if $server->{srv_op_state} == 0;
    return 'is starting or stopping'            if $server->{srv_op_state} != 2;
    my $full = $server->{check_rise} + $server->{check_fall} - 1;
    if (!passed_its_check($server)) {
        return $server->{srv_check_result} == 0 ? 'was never checked' : 'fails its checks';
    }
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
    write_audit($lb, $change);
    remove_file("$lb->{state}/intent");
}

sub answer_outcome {
    my ($outcome, @more) = @_;
    my @told = qw(from to worker_pid took_us at_uptime_ms answered_by answered_status);
    my @pairs = ((map { $_ => $outcome->{$_} } @told), @more);
    fail($outcome->{outcome}, $outcome->{message} || '', @pairs) if $outcome->{outcome} ne 'ok';
    answer(@pairs);
}
