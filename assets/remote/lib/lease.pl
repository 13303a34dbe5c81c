# The lease: who may change this environment now. Its epoch grows with every holder, and a lower
# one changes nothing here any more, held or not: that is the fence.
#
# <state>/lease is the last one given. Its time is this host's boot clock alone, and another boot
# voids it.

use constant TTL_S => 60;

sub acquire {
    my ($request) = @_;
    my $lb    = open_balancer($request->{env});
    lock_environment($lb);
    my $lease = read_lease($lb);
    my ($run, $above) = (asked($request, 'run'), asked($request, 'above', 0));
    refuse_held($lease, $run);
    # The same run asks again where an answer was lost; its epoch stays.
    my $again = $lease->{is} eq 'held' && $lease->{epoch} > $above;
    give_lease($lb, $request, $again ? $lease->{epoch} : 1 + highest($above, highest_epoch($lb)));
}

# From a holder that lives: somebody typed it. A change that was cut off is settled first, so that
# the new holder begins with a world that is known.
sub take_over {
    my ($request) = @_;
    my $lb    = open_balancer($request->{env});
    lock_environment($lb);
    settle_intent($lb);
    my $lease = read_lease($lb);
    my ($run, $from) = map { asked($request, $_) } qw(run from_epoch);
    my $again = $lease->{is} eq 'held' && $lease->{run} eq $run && defined $lease->{taken_from} && $lease->{taken_from} == $from;
    fail(stale => "the lease has the epoch $lease->{epoch}, not $from", holder_of($lease))
        if !$again && $lease->{epoch} != $from;
    my %old = $again
        ? map { $_ => $lease->{"old_$_"} } qw(run who where stage)
        : map { $_ => $lease->{$_} } qw(run who where stage);
    my @old = map { ("old_$_" => $old{$_}) } sort keys %old;
    my $epoch = $again ? $lease->{epoch} : 1 + highest(asked($request, 'above', 0), highest_epoch($lb));
    give_lease($lb, $request, $epoch, taken_from => $from, @old);
    write_audit($lb, { run => $run, verb => 'takeover', outcome => 'ok' }) if !$again;
    answer(@old);
}

# An expired lease may be renewed while nobody else has taken it: the line was cut, not the run.
sub renew {
    my ($request) = @_;
    my $lb    = open_balancer($request->{env});
    lock_environment($lb);
    my $lease = owned_lease($lb, $request);
    fail(stale => "the lease of epoch $lease->{epoch} is $lease->{is}: acquire it again", lease_is => $lease->{is})
        if $lease->{is} !~ /\A(?:held|expired)\z/;
    $lease->{stage} = asked($request, 'stage', $lease->{stage});
    $lease->{expires_ms} = uptime_ms() + $lease->{ttl_ms};
    write_lease($lb, $lease);
    answer(epoch => $lease->{epoch}, left_ms => $lease->{ttl_ms});
}

sub release {
    my ($request) = @_;
    my $lb    = open_balancer($request->{env});
    lock_environment($lb);
    my $lease = owned_lease($lb, $request);
    write_lease($lb, { %$lease, released => 1 });
}

sub read_lease {
    my ($lb) = @_;
    my $lease = read_pairs("$lb->{state}/lease") or return { epoch => 0, is => 'none' };
    for my $key (qw(epoch run who where boot_id since_ms ttl_ms expires_ms)) {
        fail(state => "$lb->{state}/lease has no $key") if !defined $lease->{$key};
    }
    $lease->{is} =
          $lease->{released}                    ? 'released'
        : $lease->{boot_id} ne boot_id()        ? 'void'
        : $lease->{expires_ms} <= uptime_ms()   ? 'expired'
        :                                         'held';
    return $lease;
}

sub write_lease {
    my ($lb, $lease) = @_;
    my %record = %$lease;
    delete $record{is};
    write_pairs("$lb->{state}/lease", \%record, 0600);
}

sub give_lease {
    my ($lb, $request, $epoch, @more) = @_;
    my $ttl_s = asked($request, 'ttl_s', TTL_S);
    fail(usage => 'ttl_s is 5 to 3600') if $ttl_s < 5 || $ttl_s > 3600;
    my $now = uptime_ms();
    my %lease = (
        (map { $_ => asked($request, $_) } qw(run who where stage)),
        epoch => $epoch, boot_id => boot_id(), since_ms => $now,
        ttl_ms => 1000 * $ttl_s, expires_ms => $now + 1000 * $ttl_s, @more,
    );
    write_lease($lb, \%lease);
    answer(epoch => $epoch, left_ms => $lease{ttl_ms});
}

sub owned_lease {
    my ($lb, $request) = @_;
    my ($run, $epoch) = map { asked($request, $_) } qw(run epoch);
    my $lease = read_lease($lb);
    return $lease if $lease->{is} ne 'none' && $lease->{run} eq $run && $lease->{epoch} == $epoch;
    refuse_held($lease, $run);
    fail(stale => "the lease has the epoch $lease->{epoch} and is $lease->{is}", holder_of($lease));
}

sub refuse_held {
    my ($lease, $run) = @_;
    return if $lease->{is} ne 'held' || $lease->{run} eq $run;
    fail(busy => "$lease->{who} at $lease->{where} holds the lease", holder_of($lease));
}

# Times as durations, because the asker's clock is another.
sub holder_of {
    my ($lease) = @_;
    return (epoch => $lease->{epoch}) if $lease->{is} eq 'none';
    my $now = uptime_ms();
    return (
        (map { $_ => $lease->{$_} } qw(epoch run who where stage)),
        since_ms => $now - $lease->{since_ms},
        left_ms  => highest(0, $lease->{expires_ms} - $now),
    );
}

sub lease_lines {
    my ($lb) = @_;
    my $lease = read_lease($lb);
    my %holder = holder_of($lease);
    delete @holder{qw(since_ms left_ms)} if $lease->{is} =~ /\A(?:void|released)\z/;
    return (lease => $lease->{is}, map { ("lease_$_" => $holder{$_}) } sort keys %holder);
}

sub highest_epoch {
    my ($lb) = @_;
    my $state = read_change($lb, 'state') || { epoch => 0 };
    return highest(read_lease($lb)->{epoch}, $state->{epoch});
}

sub highest {
    my ($one, $other) = @_;
    return $one > $other ? $one : $other;
}
