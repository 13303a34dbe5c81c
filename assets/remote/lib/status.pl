# What is the case: asked once, or streamed. It waits for no lock and changes nothing but a fuse
# that is due.

use constant OLD_WORKERS_ASKED => 20;

# What cannot be read is a line of trouble, not an error: this is what an operator asks when things
# are broken.
sub tell_status {
    my ($request) = @_;
    my $lb = open_balancer($request->{env});
    my $worker;
    answer(own_version(), boot_id => boot_id(), uptime_ms => uptime_ms());
    try_to_answer(sub { look_after_fuse($lb); () });
    try_to_answer(sub { recorded_lines($lb) });
    try_to_answer(sub { lease_lines($lb) });
    try_to_answer(sub { fuse_lines($lb) });
    try_to_answer(sub { contract_lines($lb) });
    try_to_answer(sub { (disk_share => read_disk_share($lb)) });
    try_to_answer(sub {
        my ($info, $map) = ask_haproxy($lb, 'show info', "show map $lb->{map}");
        $worker = { info_of($info) };
        worker_lines($lb, $worker, $map);
    });
    try_to_answer(sub { master_lines($lb) });
    try_to_answer(sub { $worker ? maintenance_lines($lb) : (maintenance => 'unknown') });
    try_to_answer(sub { config_lines($lb, $worker) });
}

sub try_to_answer {
    my ($read) = @_;
    my @pairs = eval { $read->() };
    my $error = $@;
    answer($error ? (trouble => reason_of($error)) : @pairs);
}

sub recorded_lines {
    my ($lb) = @_;
    my $state = read_pairs("$lb->{state}/state") || {};
    my $intent = -e "$lb->{state}/intent" ? 'open' : 'none';
    return ((map { $_ => $state->{$_} } qw(epoch seq run nonce outcome)), intent => $intent);
}

sub worker_lines {
    my ($lb, $worker, $map) = @_;
    my @shares = values_of($map, $lb->{key});
    return (
        runtime_share   => @shares == 1 ? $shares[0] : undef,
        entries         => scalar @shares,
        worker_pid      => $worker->{Pid},
        worker_uptime_s => $worker->{Uptime_sec},
        stopping        => $worker->{Stopping},
        haproxy_version => $worker->{Version},
    );
}

sub master_lines {
    my ($lb) = @_;
    my $master = ask_master($lb);
    return (
        master_pid     => $master->{pid},
        reloads        => $master->{reloads},
        failed_reloads => $master->{failed},
        old_workers    => $master->{old_workers},
        old_sessions_lines($lb, $master),
    );
}

# What workers from before a reload are still busy with, asked through the master. One that has
# ended meanwhile has no more.
sub old_sessions_lines {
    my ($lb, $master) = @_;
    my @pids = @{ $master->{old_pids} } or return;
    splice @pids, OLD_WORKERS_ASKED if @pids > OLD_WORKERS_ASKED;
    my %sessions = (blue => 0, green => 0);
    for my $pid (@pids) {
        my $asked = join ';', map { "\@!$pid show stat $_ 2 -1" } @$lb{qw(blue_backend green_backend)};
        my $sample = eval { sample_of(talk($lb->{master_socket}, $asked)) } or next;
        $sessions{blue}  += $sample->[1];
        $sessions{green} += $sample->[3];
    }
    return (
        old_worker_sessions       => $sessions{blue} + $sessions{green},
        old_worker_sessions_blue  => $sessions{blue},
        old_worker_sessions_green => $sessions{green},
    );
}

# One sample an interval, until the reader is gone. Holds nothing from one sample to the next.
sub watch {
    my ($request) = @_;
    my $lb       = open_to_read($request->{env});
    my $interval = asked($request, 'interval_ms');
    fail(usage => 'interval_ms is 200 to 60000') if $interval < 200 || $interval > 60_000;
    my $due = uptime_ms();
    my $tick_due = $due + TICK_MS;
    while (1) {
        my $now = uptime_ms();
        if ($now >= $due) {
            send_sample($lb, $now);
            $due += $interval;
            $due = uptime_ms() + $interval if $due < uptime_ms();    # never catch up in a burst
            $tick_due = $now + TICK_MS;
        }
        elsif ($now >= $tick_due) {
            answer(tick => $now);
            $tick_due = $now + TICK_MS;
        }
        my $wake = $due < $tick_due ? $due : $tick_due;
        return if reader_left($wake - uptime_ms());
    }
}

sub send_sample {
    my ($lb, $now) = @_;
    my $share = eval { read_disk_share($lb) };
    answer(at => $now, defined $share ? (disk_share => $share) : (disk_trouble => reason_of($@)));
    my $raw = eval { talk($lb->{stats_socket}, sample_command($lb)) };
    return answer(trouble => reason_of($@)) if !defined $raw;
    answer(maintenance => cut_off_maintenance(\$raw)) if defined $lb->{maintenance_map};
    put_block('sample=', $raw);
}

sub sample_command {
    my ($lb) = @_;
    my ($blue, $green) = @$lb{qw(blue_backend green_backend)};
    return join ';', 'show info', "show map $lb->{map}",
        "show servers state $blue", "show servers state $green",
        "show stat $lb->{frontend} 1 -1", "show stat $blue 6 -1", "show stat $green 6 -1",
        defined $lb->{maintenance_map} ? "show map $lb->{maintenance_map}" : ();
}

# The last of the answers, which is ours alone; the others are the sample. Nothing where HAProxy
# knows no such map, or more than one value.
sub cut_off_maintenance {
    my ($raw) = @_;
    $$raw =~ s/(?<=\n\n)((?:[^\n]+\n)*)\n\z// or return;
    my @values = eval { values_of($1, 'maintenance') };
    return @values == 1 && $values[0] =~ SWITCHED ? $values[0] : undef;
}

# Sleeps up to so long; true as soon as standard input has ended. What the reader writes is
# ignored: it has nothing to say here but good-bye.
sub reader_left {
    my ($ms) = @_;
    return is_readable(\*STDIN, $ms) && !sysread STDIN, my $ignored, 4096;
}
