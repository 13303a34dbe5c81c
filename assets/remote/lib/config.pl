# The configuration file: what it says, what HAProxy thinks of a candidate, and whether it is still
# the one that the running worker has loaded. How it is installed is in install.pl.
#
# <state>/config is what was last installed or reloaded from here; <state>/configs/ holds the newest
# of them, each under its sha256.

use Cwd ();

use constant {
    CONFIG_MAX   => 262_144,    # as much as a request carries
    CONFIGS      => 10,
    CHECK_S      => 20,
    CHECK_LINES  => 40,
};

sub tell_config {
    my ($request) = @_;
    my $bytes = read_config(open_to_read($request->{env}));
    answer(config_sha256 => sha256_of($bytes));
    put_block('file=', $bytes);
}

sub read_config {
    my ($lb) = @_;
    my $bytes = read_file($lb->{config_file});
    fail(disk => "cannot read $lb->{config_file}: $!") if !defined $bytes;
    fail(config => "$lb->{config_file} has more than " . CONFIG_MAX . ' bytes') if length $bytes > CONFIG_MAX;
    return $bytes;
}

sub check_config {
    my ($request) = @_;
    my $lb = open_to_read($request->{env});
    answer(haproxy_version => installed_haproxy($lb));
    refuse_bad_config($lb, $request->{body});
    refuse_taken_ports($lb, $request->{body});
    answer(check => 'ok');
}

# The program that a restart would run; the running worker's may be older.
sub installed_haproxy {
    my ($lb) = @_;
    my ($status, $text, $last) = run_command(CHECK_S, $lb->{haproxy}, '-v');
    my ($version) = $text =~ /^HA-?Proxy version (\S+)/m;
    fail(haproxy => "$lb->{haproxy} -v: " . ($last || 'no answer')) if !defined $version;
    return $version;
}

# HAProxy reads it from its standard input, so that no file is left behind. Its lines name the file
# that it would be.
sub refuse_bad_config {
    my ($lb, $bytes) = @_;
    my ($status, undef, undef, @lines) = run_on($bytes, CHECK_S, $lb->{haproxy}, '-c', '-f', '/dev/stdin');
    return if $status == 0;
    fail(config => "$lb->{haproxy} -c did not end within " . CHECK_S . ' s') if ($status & 127) == 9;
    splice @lines, CHECK_LINES if @lines > CHECK_LINES;
    s{/dev/stdin}{$lb->{config_file}}g for @lines;
    fail(config => 'HAProxy refuses this configuration', map { (line => substr $_, 0, 512) } @lines);
}

sub sha256_of {
    my ($bytes) = @_;
    my ($status, $text) = run_on($bytes, 10, 'sha256sum');
    my ($sha256) = $text =~ /\A([0-9a-f]{64})/ or fail(disk => 'sha256sum failed');
    return $sha256;
}

# --- what was installed

# What the change goes from and to stays whatever its age, and what was recorded too.
sub keep_config {
    my ($lb, $change, $bytes, $sha256) = @_;
    my $dir = "$lb->{state}/configs";
    make_directory($dir, 0700);
    replace_file("$dir/$sha256", $bytes, 0600);
    my $record = read_config_record($lb);
    my %needed = map { $_ => 1 } @$change{qw(from to)}, $record ? $record->{sha256} : ();
    my @kept   = kept_configs($dir);
    my @spare  = grep { !$needed{$_} } @kept;
    splice @spare, 0, CONFIGS - grep { $needed{$_} } @kept;
    remove_file("$dir/$_") for @spare;
}

# The newest first.
sub kept_configs {
    my ($dir) = @_;
    opendir my $all, $dir or return;
    my %age = map { $_ => (stat "$dir/$_")[9] } grep { /\A[0-9a-f]{64}\z/ } readdir $all;
    return sort { $age{$b} <=> $age{$a} || $b cmp $a } keys %age;
}

# With the time at which it was written, where that is known: status compares it with the worker's.
sub put_back_config {
    my ($lb, $sha256, $written) = @_;
    my $bytes = read_file("$lb->{state}/configs/$sha256");
    fail(state => "$lb->{state}/configs has no $sha256") if !defined $bytes;
    write_config($lb, $bytes);
    utime $written, $written, $lb->{config_file} if defined $written;
}

# Its mode and owner stay, and a link to it too.
sub write_config {
    my ($lb, $bytes) = @_;
    my $path = Cwd::abs_path($lb->{config_file});
    my ($mode, $uid, $gid) = (stat $path)[2, 4, 5];
    replace_file($path, $bytes, defined $mode ? $mode & 07777 : 0644, $uid, $gid);
}

sub read_config_record {
    my ($lb) = @_;
    my $record = read_pairs("$lb->{state}/config") or return;
    for my $key (qw(sha256 run verb worker_pid boot_id)) {
        fail(state => "$lb->{state}/config has no $key") if !defined $record->{$key};
    }
    return $record;
}

sub record_config {
    my ($lb, $change) = @_;
    my %record = (sha256 => $change->{to}, boot_id => boot_id(), map { $_ => $change->{$_} } qw(run verb worker_pid));
    write_pairs("$lb->{state}/config", \%record, 0600);
}

# --- is it still the one?

# For status. $worker is what `show info` says, or nothing where no HAProxy answers.
sub config_lines {
    my ($lb, $worker) = @_;
    my $sha256 = sha256_of(read_config($lb));
    my ($is, $note) = compare_config($lb, $sha256, $worker);
    return (config_sha256 => $sha256, config => $is, config_note => $note);
}

sub compare_config {
    my ($lb, $sha256, $worker) = @_;
    my $record = read_config_record($lb);
    my $is_recorded = $record && $record->{sha256} eq $sha256;
    return (unknown => 'HAProxy does not answer') if !$worker;
    return 'same' if $is_recorded && is_of_worker($record, $worker);
    my $newer = is_newer_than_worker($lb, $worker);
    my $has = $newer ? 'the running worker has not loaded it' : 'a worker that started since has loaded it';
    return (edited => "$lb->{config_file} is not what $record->{verb} of $record->{run} left; $has")
        if $record && !$is_recorded;
    return (edited => "$lb->{config_file} was written after the running worker started") if $newer;
    return 'same' if $is_recorded;
    return (unknown => 'no configuration was installed or reloaded from here yet');
}

sub is_of_worker {
    my ($record, $worker) = @_;
    return $record->{worker_pid} eq $worker->{Pid} && $record->{boot_id} eq boot_id();
}

# Both are whole seconds, and HAProxy's clock is its own: what was written in the second in which the
# worker started is its.
sub is_newer_than_worker {
    my ($lb, $worker) = @_;
    my $written = (stat $lb->{config_file})[9];
    return defined $written && $written > 1 + time - $worker->{Uptime_sec};
}

# What was recorded is what the running worker has loaded, not the file as it now is.
sub is_workers_file {
    my ($lb, $record, $worker) = @_;
    return is_of_worker($record, $worker) || is_newer_than_worker($lb, $worker);
}
