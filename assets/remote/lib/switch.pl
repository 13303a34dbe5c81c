# The switch of the green share, a transaction: what is refused before anything is changed, and the
# change on disk and in HAProxy with its proof. A change that was cut off is settled in recover.pl.

use constant {
    # of `show servers state`: srv_check_result, and a bit of srv_check_state
    CHECK_PASSED      => 3,
    CHECK_IN_PROGRESS => 1,
};

# The transaction. Each step leaves the world so that the next request can finish it or take it
# back; settle_intent() is where that is done. With `prepare` it ends before anything is changed: of
# several load balancers all are asked so, before any is asked to switch.
sub switch {
    my ($request) = @_;
    my $fuse_s = asked_fuse_s($request);
    my ($lb, $change) = begin_change($request, 'switch') or return;
    refuse_conflict($lb, $change);
    refuse_not_ready($lb, $request->{asked}{server} || []);
    refuse_bad_switch($lb, $change);
    return answer(prepared => 1) if asked($request, 'prepare', 0);
    my @seen = make_sampled_change($lb, $change, defined $fuse_s ? sub { arm_fuse($lb, $change, $fuse_s) } : ());
    answer_outcome($change, @seen);
}

# From the intent to the proof; returns the failure.
sub make_change {
    my ($lb, $change, @first) = @_;
    my $entry = traffic_entry($lb);
    return carry_out($lb, $change, sub { take_back($lb, $entry, $change, @_) },
        @first,
        sub { write_disk_entry($entry, $change->{to}) },
        sub { set_runtime_entry($lb, $entry, $change) },
        sub { prove_by_request($lb, $change) },
    );
}

sub refuse_conflict {
    my ($lb, $change) = @_;
    my $running = read_running_share($lb);
    my $disk    = read_disk_share($lb);
    return if $disk == $change->{from} && $running == $change->{from};
    fail(conflict => "the share is $disk on disk and $running in HAProxy, not $change->{from}",
        disk_share => $disk, runtime_share => $running);
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

# What clients will see: one request like theirs, through the frontend.
sub prove_by_request {
    my ($lb, $change) = @_;
    $change->{proof_us} = uptime_us();
    my $seen = eval { request_through_frontend($lb, $change->{nonce}) };
    fail(unproven => "the request through $lb->{check_address} failed: " . reason_of($@)) if !$seen;
    @$change{qw(answered_by answered_status)} = @$seen{qw(backend status)};
    my %allowed = (
        ($change->{to} < 100 ? ($lb->{blue_backend} => 1) : ()),
        ($change->{to} > 0   ? ($lb->{green_backend} => 1) : ()),
    );
    fail(unproven => 'maintenance is on: its page answers every request through the frontend')
        if !defined $seen->{backend} && maintenance_is_on($lb);
    fail(unproven => 'the answer through the frontend names no backend (X-Bgconsole-Backend)')
        if !defined $seen->{backend} && !by_reload($lb);
    fail(unproven => "the request through the frontend was answered by $seen->{backend}")
        if defined $seen->{backend} && !$allowed{ $seen->{backend} };
    fail(unproven => "the request through the frontend was answered $seen->{status} by " . ($seen->{backend} || 'HAProxy'))
        if $seen->{status} >= 500;
}

