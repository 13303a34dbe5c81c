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
    record_outcome($lb, $change, way_to_settle($change)->{on_disk}->($lb, $change)) if $change;
    my $fuse = open_fuse($lb) or return;
    return if $fuse->{boot_id} eq boot_id();
    $change = change_of_fuse($lb, $fuse, read_disk_share($lb));
    write_intent($lb, $change);
    write_disk_entry(traffic_entry($lb), $fuse->{before});
    record_outcome($lb, $change);
    write_fuse($lb, { %$fuse, is => 'fired' });
}

# A change whose end nobody saw: reality decides, in the way of its kind. What fits neither its
# beginning nor its end stays for a human, and is said.
sub settle_intent {
    my ($lb) = @_;
    my $change = read_change($lb, 'intent') or return;
    record_outcome($lb, $change, way_to_settle($change)->{running}->($lb, $change));
    conclude_fuse($lb, $change);
}

# Each returns the failure that the change is recorded with, or nothing where it is complete.
# `on_disk` is for an HAProxy that does not run: the disk is all there is.
my %SETTLE = (
    (map { $_ => { running => \&settle_share, on_disk => \&take_back_on_disk, moves_traffic => 1 } }
        qw(switch finish revert fuse)),
    maintenance      => { running => \&settle_maintenance, on_disk => \&take_back_maintenance_on_disk },
    'mend-map'       => { running => \&mend_map_again, on_disk => \&mend_map_on_disk, moves_traffic => 1 },
    'mend-server'    => { running => \&settle_server, on_disk => \&give_up_server },
    'mend-config'    => { running => \&mend_config_again, on_disk => \&mend_config_again },
    'config-install' => { running => \&settle_install, on_disk => \&take_back_install },
    contract         => { running => \&contract_again, on_disk => \&contract_again },
    reload           => { running => \&settle_reload, on_disk => \&give_up_reload },
);

sub way_to_settle {
    my ($change) = @_;
    return $SETTLE{ $change->{verb} }
        || fail(state => "'$change->{verb}', which was cut off, is no change that this helper knows");
}

sub moves_traffic {
    my ($change) = @_;
    return way_to_settle($change)->{moves_traffic};
}

sub settle_share {
    my ($lb, $change) = @_;
    return settle_entry($lb, traffic_entry($lb), $change, sub { prove_by_request($lb, $change) });
}

# Where HAProxy has moved, the disk follows it; where it has not, the disk goes back.
sub settle_entry {
    my ($lb, $entry, $change, @proof) = @_;
    my $value = read_runtime_entry($lb, $entry)->{value};
    return attempt(sub { write_disk_entry($entry, $value) }, @proof) if $value == $change->{to};
    fail(conflict => "a change from $change->{from} to $change->{to} was cut off, and the $entry->{name} is now $value",
        "runtime_$entry->{name}" => $value) if $value != $change->{from};
    write_disk_entry($entry, $value);
    return { code => 'haproxy', message => 'cut off before HAProxy was told; taken back' };
}

sub take_back_on_disk {
    my ($lb, $change) = @_;
    return take_back_entry_on_disk(traffic_entry($lb), $change);
}

sub take_back_entry_on_disk {
    my ($entry, $change) = @_;
    write_disk_entry($entry, $change->{from});
    return { code => 'haproxy', message => 'cut off, and HAProxy does not run; taken back on the disk' };
}
