# One entry of one map, where HAProxy reads a decision: the green share, or whether the maintenance
# page is up. (Where a reload is the method the share is no entry but a line: default_backend.pl.) It stands in a file, from which HAProxy starts, and in the running worker; both hold
# exactly one line of its key, or something is wrong.

use constant {
    SET_TRIES    => 3,      # a reload may come between two looks at the worker
    SET_PAUSE_MS => 200,
};

sub traffic_entry {
    my ($lb) = @_;
    return default_backend_entry($lb) if by_reload($lb);
    return { map => $lb->{map}, key => $lb->{key}, like => SHARE, is => '0..100', name => 'share' };
}

sub maintenance_entry {
    my ($lb) = @_;
    fail(env => CONF_DIR . "/$lb->{env}.conf has no maintenance_map: bootstrap it again with conf.maintenance_map")
        if !defined $lb->{maintenance_map};
    my $name = 'maintenance';
    return { map => $lb->{maintenance_map}, key => $name, like => SWITCHED, is => '0..1', name => $name };
}

# An empty map would mean "blue" to HAProxy, so anything but one valid line is refused.
sub read_disk_entry {
    my ($entry) = @_;
    return read_default_backend($entry->{lb}) if $entry->{lb};
    my ($map, $key) = @$entry{qw(map key)};
    my $bytes = read_file($map);
    fail(disk => "cannot read $map: $!") if !defined $bytes;
    my @lines = grep { !/\A\s*(#|\z)/ } split /\n/, $bytes;
    my ($value) = @lines == 1 && $lines[0] =~ /\A\Q$key\E\s+(\S+)\s*\z/;
    fail(conflict => "$map does not hold exactly one line '$key $entry->{is}'")
        if !defined $value || $value !~ $entry->{like};
    return $value;
}

sub read_disk_share { return read_disk_entry(traffic_entry(@_)) }

sub write_disk_entry {
    my ($entry, $value) = @_;
    return write_default_backend($entry->{lb}, $value) if $entry->{lb};
    replace_file($entry->{map}, "$entry->{key} $value\n", 0644);
}

# The running value, from a worker that serves; anything else is a conflict.
sub read_runtime_entry {
    my ($lb, $entry) = @_;
    return running_default_backend($lb) if $entry->{lb};
    my ($info, $map) = ask_haproxy($lb, 'show info', "show map $entry->{map}");
    my %info   = info_of($info);
    my @values = values_of($map, $entry->{key});
    my $master = ask_master($lb);
    refuse_other_worker(\%info, $master);
    fail(conflict => "HAProxy's map $entry->{map} has " . @values . " entries of $entry->{key}, not one",
        entries => scalar @values) if @values != 1;
    fail(conflict => "the running $entry->{name} is '$values[0]'", "runtime_$entry->{name}" => $values[0])
        if $values[0] !~ $entry->{like};
    return { value => $values[0], worker_pid => $info{Pid} };
}

sub refuse_other_worker {
    my ($worker, $master) = @_;
    fail(conflict => "the worker $worker->{Pid} is stopping: a reload is under way") if $worker->{Stopping} ne '0';
    fail(conflict => "the worker $worker->{Pid} is not the master's ($master->{worker_pid})")
        if $worker->{Pid} ne $master->{worker_pid};
}

sub read_running_share { return read_runtime_entry($_[0], traffic_entry(@_))->{value} }

sub values_of {
    my ($text, $key) = @_;
    fail(haproxy => refusal_of($text)) if $text =~ /\AUnknown map/;
    return $text =~ /^0x[0-9a-f]+ \Q$key\E (\S+)$/mg;
}

sub set_runtime_entry {
    my ($lb, $entry, $change) = @_;
    return load_default_backend($lb, $change) if $entry->{lb};
    put_runtime_entry($lb, $entry, $change, sub { "set map $entry->{map} $entry->{key} $change->{to}" });
}

# The whole map at once, whatever was in it: a new version of it takes the place of the old one.
sub swap_runtime_map {
    my ($lb, $entry, $change) = @_;
    put_runtime_entry($lb, $entry, $change, sub {
        my ($said) = ask_haproxy($lb, "prepare map $entry->{map}");
        my ($version) = $said =~ /\ANew version created: (\d+)/ or fail(haproxy => refusal_of($said));
        return ("add map \@$version $entry->{map} $entry->{key} $change->{to}", "commit map \@$version $entry->{map}");
    });
}

# Put, and read back on the same connection, so that one worker gave all the answers; then that
# worker must still be the one that serves. A reload in between has loaded the value from the
# disk, and the next try finds it so.
sub put_runtime_entry {
    my ($lb, $entry, $change, $commands) = @_;
    my $trouble;
    for my $try (1 .. SET_TRIES) {
        nap(SET_PAUSE_MS) if $try > 1;
        my @commands = $commands->();
        $change->{asked_us} = uptime_us();
        my ($info, @said) = ask_haproxy($lb, 'show info', @commands, "show map $entry->{map}");
        $change->{set_us} = uptime_us();
        my $map = pop @said;
        $trouble = why_not_put($lb, $entry, $change->{to}, $map, $info, @said);
        if (!$trouble) {
            my ($now, %info) = (uptime_us(), info_of($info));
            @$change{qw(worker_pid took_us at_uptime_ms)}
                = ($info{Pid}, $now - $change->{started_us}, int($now / 1000));
            return;
        }
    }
    fail(haproxy => $trouble);
}

sub why_not_put {
    my ($lb, $entry, $value, $map, $info, @said) = @_;
    my %info   = info_of($info);
    my @values = values_of($map, $entry->{key});
    my $master = ask_master($lb);
    my ($refusal) = grep { $_ ne '' } @said;
    return
          defined $refusal                    ? refusal_of($refusal)
        : @values != 1                        ? scalar(@values) . " entries of $entry->{key} in the map"
        : $values[0] ne $value                ? "the $entry->{name} reads $values[0] after it was set to $value"
        : $info{Stopping} ne '0'              ? "the worker $info{Pid} is stopping"
        : $info{Pid} ne $master->{worker_pid} ? "the worker $info{Pid} is not the master's"
        :                                       undef;
}

# The disk first: HAProxy may start from it at any time. Then the running value, as far as HAProxy
# still hears us. What could not be undone is told in the failure's own sentence.
sub take_back {
    my ($lb, $entry, $change, $failed) = @_;
    my %back = (%$change, to => $change->{from});
    my $again = attempt(
        sub { write_disk_entry($entry, $back{to}) if read_disk_entry($entry) != $back{to} },
        sub { set_runtime_entry($lb, $entry, \%back) if read_runtime_entry($lb, $entry)->{value} != $back{to} },
    );
    $failed->{message} .= $again
        ? "; taking it back failed too: $again->{message}"
        : "; the $entry->{name} is $back{to} as before";
}
