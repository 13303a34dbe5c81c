# `method = reload`, for a site without the map: which colour has the traffic is the one line
# `default_backend` of the frontend, and a switch is another file and a reload. It is the share all the
# same, 0 or 100, with the same lease, pair, intent and fuse; what a reload cannot give is a share in
# between, and counters that go on through the change.
#
# What the running worker has loaded HAProxy does not tell. It is what was recorded for that worker, or
# the file, where that is older than the worker.

sub default_backend_entry {
    my ($lb) = @_;
    return { lb => $lb, name => 'share', like => qr/\A(?:0|100)\z/ };
}

# The share that a configuration stands for.
sub share_of_config {
    my ($lb, $bytes) = @_;
    my @lines = default_backend_lines($lb, $bytes);
    my %share = ($lb->{blue_backend} => 0, $lb->{green_backend} => 100);
    my ($backend) = @lines == 1 ? $lines[0]{text} =~ /\A\s*default_backend\s+(\S+)\s*(?:#.*)?\z/ : ();
    fail(conflict => "$lb->{config_file}: the frontend $lb->{frontend} does not have exactly one line"
        . " 'default_backend $lb->{blue_backend}' or 'default_backend $lb->{green_backend}'")
        if !defined $backend || !defined $share{$backend};
    return $share{$backend};
}

# Its other bytes stay as they are.
sub config_of_share {
    my ($lb, $bytes, $share) = @_;
    share_of_config($lb, $bytes);
    my ($line) = default_backend_lines($lb, $bytes);
    my $backend = $lb->{ $share == 100 ? 'green_backend' : 'blue_backend' };
    substr($bytes, $line->{at}, length $line->{text}) = $line->{text} =~ s/(default_backend\s+)\S+/$1$backend/r;
    return $bytes;
}

# { at, text } of each in our frontend.
sub default_backend_lines {
    my ($lb, $bytes) = @_;
    my ($is_inside, @lines) = (0);
    while ($bytes =~ /^([^\n]*)/mg) {
        my ($text, $at) = ($1, $-[1]);
        $is_inside = $text =~ /\A\s*(?:frontend|listen)\s+\Q$lb->{frontend}\E(?:\s|\z)/ if $text =~ SECTION;
        push @lines, { at => $at, text => $text } if $is_inside && $text =~ /\A\s*default_backend\b/;
    }
    return @lines;
}

sub read_default_backend {
    my ($lb) = @_;
    return share_of_config($lb, read_config($lb));
}

sub running_default_backend {
    my ($lb) = @_;
    my ($worker, $master) = (ask_worker($lb), ask_master($lb));
    refuse_other_worker($worker, $master);
    return { value => share_of_config($lb, config_of_worker($lb, $worker)), worker_pid => $worker->{Pid} };
}

sub config_of_worker {
    my ($lb, $worker) = @_;
    my $record = read_config_record($lb);
    if ($record && is_of_worker($record, $worker)) {
        my $bytes = read_file("$lb->{state}/configs/$record->{sha256}");
        return $bytes if defined $bytes;
    }
    fail(conflict => "$lb->{config_file} was written after the running worker started, and nobody knows what that has"
        . ' loaded: reload') if is_newer_than_worker($lb, $worker);
    return read_config($lb);
}

# --- a switch

# Refused before anything is changed: what a reload would refuse.
sub refuse_bad_switch {
    my ($lb, $change) = @_;
    return if !by_reload($lb);
    fail(usage => "method = reload knows the shares 0 and 100, not $change->{to}") if $change->{to} !~ traffic_entry($lb)->{like};
    my $bytes = config_of_share($lb, read_config($lb), $change->{to});
    refuse_bad_config($lb, $bytes);
    refuse_taken_ports($lb, $bytes);
}

# What the worker has loaded is recorded first: from here on the file is another.
sub write_default_backend {
    my ($lb, $share) = @_;
    my $old = read_config($lb);
    my $new = config_of_share($lb, $old, $share);
    my %change = (from => sha256_of($old), to => sha256_of($new));
    keep_config($lb, \%change, $old, $change{from});
    keep_config($lb, \%change, $new, $change{to});
    record_worker($lb, $change{from}) if !haproxy_is_down($lb);
    write_config($lb, $new);
}

sub record_worker {
    my ($lb, $sha256) = @_;
    my ($worker, $record) = (ask_worker($lb), read_config_record($lb));
    return if $record && is_of_worker($record, $worker) || is_newer_than_worker($lb, $worker);
    record_config($lb, { to => $sha256, run => 'none', verb => 'start', worker_pid => $worker->{Pid} });
}

sub load_default_backend {
    my ($lb, $change) = @_;
    save_servers($lb);
    reload_haproxy($lb, $change);
    my $now = uptime_us();
    @$change{qw(took_us at_uptime_ms)} = ($now - $change->{started_us}, int($now / 1000));
    record_config($lb, { %$change, to => sha256_of(read_config($lb)) });
    my $share = read_running_share($lb);
    fail(reload => "the new worker has the share $share, not $change->{to}") if $share != $change->{to};
}

# As `show map` would tell it, for status and for the sample, which are read the same in both methods.
# Empty where nobody knows.
sub running_share_as_map {
    my ($lb) = @_;
    my $running = eval { running_default_backend($lb) };
    return $running ? "0x0 $lb->{key} $running->{value}" : '';
}
