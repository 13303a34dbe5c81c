# What is true on this host at this moment: load, space, releases.

use constant {
    RELEASES_MAX => 20,
    RELEASE      => qr/\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7,40}\z/,
};

sub machine_facts {
    my ($app_dir) = @_;
    my ($load1) = (read_file('/proc/loadavg') || '') =~ /\A(\S+)/;
    my $cpus    = () = (read_file('/proc/stat') || '') =~ /^cpu\d+ /mg;
    my ($free_kb) = (read_file('/proc/meminfo') || '') =~ /^MemAvailable:\s+(\d+) kB/m;
    my (undef, $df) = run_command(5, 'df', '-Pk', '--', $app_dir);
    my ($disk_kb) = $df =~ /^\S+\s+\d+\s+\d+\s+(\d+)\s+\d+%/m;
    return (
        load1          => $load1,
        cpus           => $cpus,
        disk_free_mb   => defined $disk_kb ? int($disk_kb / 1024) : undef,
        memory_free_mb => defined $free_kb ? int($free_kb / 1024) : undef,
    );
}

sub release_facts {
    my ($app_dir) = @_;
    my $current = readlink "$app_dir/current";
    my @facts;
    push @facts, current => basename($current), revision => revision_of($current =~ m{\A/} ? $current : "$app_dir/$current")
        if defined $current;
    my @names = reverse sort grep { $_ =~ RELEASE } names_in("$app_dir/releases");
    splice @names, RELEASES_MAX if @names > RELEASES_MAX;
    for my $name (@names) {
        my $dir = "$app_dir/releases/$name";
        my $revision = revision_of($dir);
        push @facts, release => join ' ', $name, defined $revision ? $revision : '-', -e "$dir/.bgconsole-ok" ? 'ok' : 'partial';
    }
    return @facts;
}

sub revision_of {
    my ($dir) = @_;
    my ($sha) = (read_file("$dir/REVISION") || '') =~ /\A([0-9a-f]{40})\s*\z/;
    return $sha;
}

sub names_in {
    my ($dir) = @_;
    opendir my $handle, $dir or return;
    return grep { !/\A\.\.?\z/ } readdir $handle;
}
