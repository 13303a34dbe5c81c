# The fuse: the deadline at which an unconfirmed switch is taken back to the share before the run,
# whatever died meanwhile.
#
# <state>/fuse is its record: `is` armed, held (overdue, but the other colour is dead) or fired;
# `before`, the share it goes back to; `deadline_ms` on the boot clock of `boot_id`.

use constant {
    FUSE_MIN_S => 5,
    FUSE_MAX_S => 86_400,
};

# A fuse that is open already keeps its `before`: the share before the run, never that before the
# last step.
sub arm_fuse {
    my ($lb, $change, $fuse_s) = @_;
    my $open = open_fuse($lb) || { before => $change->{from} };
    return if $open->{before} == $change->{to};
    write_fuse($lb, {
        (map { $_ => $change->{$_} } qw(run epoch seq nonce)),
        is => 'armed', before => $open->{before}, deadline($fuse_s),
    });
    ensure_guard($lb);
}

sub deadline {
    my ($fuse_s) = @_;
    return (boot_id => boot_id(), deadline_ms => uptime_ms() + 1000 * $fuse_s);
}

sub asked_fuse_s {
    my ($request) = @_;
    my $fuse_s = asked($request, 'fuse_s');
    fail(usage => 'fuse_s is ' . FUSE_MIN_S . ' to ' . FUSE_MAX_S)
        if defined $fuse_s && ($fuse_s < FUSE_MIN_S || $fuse_s > FUSE_MAX_S);
    return $fuse_s;
}

sub extend {
    my ($request) = @_;
    my $fuse_s = asked_fuse_s($request);
    my $lb     = open_balancer($request->{env});
    lock_environment($lb);
    refuse_lower($lb, { map { $_ => asked($request, $_) } qw(epoch seq) });
    my $fuse   = fuse_or_refuse($lb);
    delete $fuse->{held};
    write_fuse($lb, { %$fuse, is => 'armed', deadline($fuse_s) });
    ensure_guard($lb);
    answer(fuse_lines($lb));
}

# Confirms for good. A change like any other, that moves nothing: it has its pair, its nonce, and
# an intent, so that a confirmation that was cut off still counts.
sub finish {
    my ($request) = @_;
    my ($lb, $change) = begin_change($request, 'finish') or return;
    my $fuse = fuse_or_refuse($lb);
    @$change{qw(from to)} = (read_running_share($lb)) x 2;
    refuse_conflict($lb, $change);
    fill_run($change, $fuse);
    write_intent($lb, $change);
    remove_file("$lb->{state}/fuse");
    record_outcome($lb, $change);
    answer_outcome($change);
}

# Now, on request.
sub revert {
    my ($request) = @_;
    my ($lb, $change) = begin_change($request, 'revert') or return;
    my $fuse = fuse_or_refuse($lb);
    @$change{qw(from to)} = (read_running_share($lb), $fuse->{before});
    fill_run($change, $fuse);
    my $why = why_not_back($lb, $change);
    fail(not_ready => $why) if $why;
    my @seen = make_sampled_change($lb, $change);
    answer_outcome($change, @seen);
}

sub fill_run {
    my ($change, $fuse) = @_;
    $change->{run} = $fuse->{run} if !defined $change->{run};
}

sub fuse_or_refuse {
    my ($lb) = @_;
    my $fuse = open_fuse($lb);
    fail(conflict => 'no fuse is armed', fuse_lines($lb)) if !$fuse;
    return $fuse;
}

# The deadline has come; called under the lock, and again each second until it is done. Nothing
# but a dead colour on the other side keeps traffic where nobody confirmed it.
sub fire_fuse {
    my ($lb) = @_;
    return hold_fuse($lb, 'HAProxy is not running; the disk map is reverted') if fire_on_disk($lb);
    attempt(sub { settle_intent($lb) });    # what it cannot settle, the fuse takes back
    my $fuse = open_fuse($lb) or return;
    my $share = eval { read_running_share($lb) };
    return hold_fuse($lb, reason_of($@)) if !defined $share;
    my $change = change_of_fuse($lb, $fuse, $share);
    my $why = why_not_back($lb, $change);
    return hold_fuse($lb, $why) if $why;
    my $failed = make_change($lb, $change);
    hold_fuse($lb, $failed->{message}) if $failed && open_fuse($lb);
}

# Where no HAProxy runs, what it will start from is all there is to change. True where that is so
# and the fuse must be looked at again: an HAProxy that is just starting may have read the old map.
sub fire_on_disk {
    my ($lb) = @_;
    return 0 if !haproxy_is_down($lb);
    my $fuse = open_fuse($lb) or return 0;
    my $share = eval { read_disk_share($lb) };
    write_disk_entry(traffic_entry($lb), $fuse->{before}) if !defined $share || $share != $fuse->{before};
    return 1;
}

# Its pair is the one after the highest that was used here, by whomever.
sub change_of_fuse {
    my ($lb, $fuse, $share) = @_;
    my ($epoch, $seq) = @$fuse{qw(epoch seq)};
    for my $other (grep { $_ } map { read_change($lb, $_) } qw(state intent)) {
        ($epoch, $seq) = @$other{qw(epoch seq)} if is_above($other, { epoch => $epoch, seq => $seq });
    }
    $seq++;
    return {
        verb => 'fuse', run => $fuse->{run}, epoch => $epoch, seq => $seq, nonce => "fuse-$epoch-$seq",
        from => $share, to => $fuse->{before},
    };
}

# The colour that would get the traffic needs a server that HAProxy has checked and found up.
sub why_not_back {
    my ($lb, $change) = @_;
    my ($from, $to) = @$change{qw(from to)};
    return if $from == $to;
    my $backend = $lb->{ $to > $from ? 'green_backend' : 'blue_backend' };
    my $servers = eval { read_servers($lb, $backend) } or return reason_of($@);
    return if grep { $_->{srv_op_state} == 2 && $_->{srv_admin_state} == 0 && passed_its_check($_) } values %$servers;
    return "no server of $backend is up and checked";
}

sub hold_fuse {
    my ($lb, $why) = @_;
    my $fuse = open_fuse($lb) or return;
    return if $fuse->{is} eq 'held' && $fuse->{held} eq $why;
    write_fuse($lb, { %$fuse, is => 'held', held => $why });
    write_audit($lb, { run => $fuse->{run}, verb => 'fuse', to => $fuse->{before}, outcome => 'held' });
}

# After a change: where traffic is as it was before the run, there is nothing left to take back.
sub conclude_fuse {
    my ($lb, $change) = @_;
    return if !moves_traffic($change);
    my $fuse = read_fuse($lb) or return;
    if ($change->{verb} eq 'finish' || $fuse->{is} eq 'fired' && $change->{outcome} eq 'ok') {
        remove_file("$lb->{state}/fuse");
        return;
    }
    return if $fuse->{is} eq 'fired';
    my ($disk, $running) = eval { (read_disk_share($lb), read_running_share($lb)) } or return;
    return if $disk != $fuse->{before} || $running != $fuse->{before};
    return remove_file("$lb->{state}/fuse") if $change->{verb} ne 'fuse';
    write_fuse($lb, { %$fuse, is => 'fired' });
}

sub read_fuse {
    my ($lb) = @_;
    my $fuse = read_pairs("$lb->{state}/fuse") or return;
    for my $key (qw(is run epoch seq before boot_id deadline_ms)) {
        fail(state => "$lb->{state}/fuse has no $key") if !defined $fuse->{$key};
    }
    return $fuse;
}

sub open_fuse {
    my ($lb) = @_;
    my $fuse = read_fuse($lb) or return;
    return $fuse->{is} eq 'fired' ? () : $fuse;
}

sub write_fuse {
    my ($lb, $fuse) = @_;
    write_pairs("$lb->{state}/fuse", $fuse, 0600);
}

# Another boot ends every fuse: nobody knows how long this host was away.
sub fuse_left_ms {
    my ($fuse) = @_;
    return 0 if $fuse->{boot_id} ne boot_id();
    return highest(0, $fuse->{deadline_ms} - uptime_ms());
}

sub fuse_lines {
    my ($lb) = @_;
    my $fuse = read_fuse($lb) or return (fuse => 'none');
    return (
        fuse         => $fuse->{is},
        fuse_to      => $fuse->{before},
        fuse_left_ms => $fuse->{is} eq 'armed' ? fuse_left_ms($fuse) : undef,
        fuse_held    => $fuse->{is} eq 'held' ? $fuse->{held} : undef,
        map { ("fuse_$_" => $fuse->{$_}) } qw(run epoch seq),
    );
}
