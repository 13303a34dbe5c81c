# What is true on this machine at this moment: load and space.

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
