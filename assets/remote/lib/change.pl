# A change, whatever it changes: its (epoch, seq) and nonce, the intent that reaches the disk before
# anything else does, and its outcome. A change that was cut off is settled in recover.pl.
#
# <state>/intent is an unfinished change, <state>/state the outcome of the last one.

# What every change begins with: the lock, the end of what was cut off, and a pair above all that
# were seen. Nothing where the nonce is known and its outcome was told.
sub begin_change {
    my ($request, $verb, $settle) = @_;
    my $lb     = open_balancer($request->{env});
    my $change = { verb => $verb, map { $_ => asked($request, $_) } qw(run epoch seq nonce from to) };
    lock_environment($lb);
    ($settle || \&settle_intent)->($lb);
    return if answer_known_nonce($lb, $change);
    refuse_stale($lb, $change);
    return ($lb, $change);
}

# From the intent to the outcome; returns the failure. Once begun it is ended, whoever left. What was
# made and only could not be proven stays made: to go back is the console's decision.
sub carry_out {
    my ($lb, $change, $take_back, @steps) = @_;
    local @SIG{qw(HUP INT TERM PIPE)} = ('IGNORE') x 4;
    write_intent($lb, $change);
    my $failed = attempt(@steps);
    $take_back->($failed) if $failed && $failed->{code} ne 'unproven';
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

# The outcome reaches the disk before the intent leaves it: a crash in between settles the same
# change once more, which changes nothing.
sub record_outcome {
    my ($lb, $change, $failed) = @_;
    $change->{outcome} = $failed ? $failed->{code} : 'ok';
    $change->{message} = $failed->{message} if $failed;
    my %record = %$change;
    delete @record{qw(started_us asked_us set_us proof_us)};
    write_pairs("$lb->{state}/state", \%record, 0600);
    write_audit($lb, $change);
    remove_file("$lb->{state}/intent");
}

sub answer_outcome {
    my ($outcome, @more) = @_;
    my @told = qw(from to worker_pid took_us at_uptime_ms answered_by answered_status
        config_sha256 old_workers took_ms);
    my @pairs = ((map { $_ => $outcome->{$_} } @told), @more);
    fail($outcome->{outcome}, $outcome->{message} || '', @pairs) if $outcome->{outcome} ne 'ok';
    answer(@pairs);
}

