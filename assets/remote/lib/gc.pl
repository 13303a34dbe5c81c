# What goes: the logs of old runs, releases that no way leads back to, and those that were never
# finished. Under the lock a directory only changes its name, which takes no time; what takes time
# is done after it, and where that is cut off the next one goes on.

use constant {
    RUNS_KEPT     => 20,
    RUNS_KB_MAX   => 524_288,
    RELEASES_KEPT => 5,
    PARTIAL_S     => 3600,    # so old, a release without its mark is nobody's work any more
};

sub collect_runs {
    my ($host, $kept, $kb_max) = @_;
    $kept   = RUNS_KEPT   if !defined $kept;
    $kb_max = RUNS_KB_MAX if !defined $kb_max;
    my $jobs    = "$host->{state}/jobs";
    my $newest  = newest_job($host);
    my %changed = map { $_ => -M "$jobs/$_" || 0 } names_in($jobs);
    my ($count, $kb) = (0, 0);
    for my $run (sort { $changed{$a} <=> $changed{$b} } keys %changed) {
        my $size_kb = kb_of("$jobs/$run");
        $count++;
        $kb += $size_kb;
        next if $count == 1 || $newest && $run eq $newest->{run};
        next if $count <= $kept && $kb <= $kb_max;
        put_aside($host, "$jobs/$run", "run $run", $size_kb);
    }
}

sub kb_of {
    my ($run) = @_;
    my $bytes = 0;
    for my $step (map { "$run/$_" } names_in($run)) {
        $bytes += -s "$step/$_" || 0 for names_in($step);
    }
    return int(($bytes + 1023) / 1024);
}

# While a job runs nothing here is nobody's: it may be building the very release.
sub collect_releases {
    my ($host, $kept, $partial_s) = @_;
    my @releases = releases_of($host->{app_dir});
    my %never    = kept_releases($host->{app_dir}, @releases);
    my $job      = newest_job($host);
    return if $job && is_running($job);
    my %size_kb  = sizes_of($host);
    my $whole    = 0;
    for my $release (@releases) {
        my $name = $release->{name};
        $whole++ if $release->{whole};
        next if $never{$name};
        next if $release->{whole} ? $whole <= $kept : 86_400 * -M $release->{dir} < $partial_s;
        my $state = $release->{whole} ? 'ok' : 'partial';
        unlink "$release->{dir}/.bgconsole-ok";    # half of it is never taken for a whole one
        put_aside($host, $release->{dir}, "release $name $state", $size_kb{$name});
    }
}

sub put_aside {
    my ($host, $dir, $what, $size_kb) = @_;
    rename $dir, "$host->{state}/gone/" . basename($dir) . '.' . uptime_ms() or fail(disk => "cannot remove $dir: $!");
    push @{ $host->{removed} }, $what . (defined $size_kb ? " $size_kb" : ' -');
}

# Without the lock.
sub empty_gone {
    my ($host) = @_;
    require File::Path;
    File::Path::remove_tree("$host->{state}/gone", { keep_root => 1, error => \my $errors });
    fail(disk => 'cannot remove ' . join ' ', %{ $errors->[0] }) if @$errors;
}
