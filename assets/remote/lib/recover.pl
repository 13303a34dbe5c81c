# What was cut off is ended: by every request that takes the lock, by `recover`, and at boot before
# HAProxy starts.

# The lock of the environment, held for as long as $lb lives. With it comes a look at the fuse: a
# guard that was killed is found here.
sub lock_environment {
    my ($lb) = @_;
    lock_or_refuse($lb);
    tend_fuse($lb);
}

sub lock_or_refuse {
    my ($lb) = @_;
    $lb->{lock} = take_lock("$lb->{state}/lock", LOCK_WAIT_MS)
        or fail(busy => 'another request holds the lock of this environment');
}

# For those who only read: they wait for no lock, and do nothing where all is well.
sub look_after_fuse {
    my ($lb) = @_;
    return if !open_fuse($lb) || guard_lives($lb);
    $lb->{lock} = take_lock("$lb->{state}/lock", 0) or return;    # who has it looks after it
    my $done = eval { tend_fuse($lb); 1 };
    my $error = $@;
    delete $lb->{lock};
    die $error if !$done;
}

# For those who tell other things than the fuse: what is wrong with it, `status` says.
sub open_to_read {
    my ($env) = @_;
    my $lb = open_balancer($env);
    eval { look_after_fuse($lb) };
    return $lb;
}

sub tend_fuse {
    my ($lb) = @_;
    my $fuse = open_fuse($lb) or return;
    fire_fuse($lb) if fuse_left_ms($fuse) == 0;
    ensure_guard($lb) if open_fuse($lb);
}

# One environment, or all that this host has.
sub recover {
    my ($request) = @_;
    my @envs = defined $request->{env} ? $request->{env} : environments();
    my $failed;
    for my $env (@envs) {
        my $trouble = attempt(sub { recover_environment($env) }) or next;
        answer(trouble => "$env: $trouble->{message}");
        $failed ||= $trouble;
    }
    die $failed if $failed;
}

sub environments {
    opendir my $all, STATE_DIR or return;
    return sort grep { $_ =~ ENV_NAME && -e CONF_DIR . "/$_.conf" } readdir $all;
}

sub recover_environment {
    my ($env) = @_;
    my $lb = open_balancer($env);
    lock_or_refuse($lb);
    if (haproxy_is_down($lb)) {
        recover_on_disk($lb);
    }
    else {
        settle_intent($lb);
    }
    tend_fuse($lb);
    answer(env => $env, disk_share => read_disk_share($lb), fuse_lines($lb));
}

# HAProxy does not run, so the disk is all there is: back to the share before the change, and,
# where the fuse is of another boot, back to that before the run.
sub recover_on_disk {
    my ($lb) = @_;
    my $change = read_change($lb, 'intent');
    if ($change) {
        write_disk_share($lb, $change->{from});
        record_outcome($lb, $change, { code => 'haproxy', message => 'cut off, and HAProxy does not run; taken back on the disk' });
    }
    my $fuse = open_fuse($lb) or return;
    return if $fuse->{boot_id} eq boot_id();
    $change = change_of_fuse($lb, $fuse, read_disk_share($lb));
    write_intent($lb, $change);
    write_disk_share($lb, $fuse->{before});
    record_outcome($lb, $change);
    write_fuse($lb, { %$fuse, is => 'fired' });
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
    conclude_fuse($lb, $change);
}
