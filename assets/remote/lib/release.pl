# The releases of an application: <app_dir>/releases/<utc>-<sha7>, of which `current` names one. One
# that is whole has the mark .bgconsole-ok; the recipe's last act in building it.

use constant {
    RELEASES_MAX => 20,
    MEASURED_MAX => 3,     # in one answer: a release's size never changes, so each is measured once
    MEASURE_S    => 10,
    RELEASE      => qr/\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7,40}\z/,
};

# Newest first: a release's name begins with its time.
sub releases_of {
    my ($app_dir) = @_;
    return map { { name => $_, dir => "$app_dir/releases/$_", whole => -e "$app_dir/releases/$_/.bgconsole-ok" } }
        reverse sort grep { $_ =~ RELEASE } names_in("$app_dir/releases");
}

# What nothing may take away: what runs, and what one would go back to.
sub kept_releases {
    my ($app_dir, @releases) = @_;
    my %kept;
    my $current = current_release($app_dir);
    $kept{$current} = 'current' if defined $current;
    my ($before) = (read_file("$app_dir/shared/run/before") || '') =~ m{([^/\s]+)\s*\z};
    $kept{$before} ||= 'before' if defined $before;
    my ($newest) = grep { $_->{whole} && !defined $kept{ $_->{name} } } @releases;
    $kept{ $newest->{name} } = 'before' if $newest && !grep { $_ eq 'before' } values %kept;
    return %kept;
}

# Its name; nothing where there is no `current`. A directory in its place is nobody's release.
sub current_release {
    my ($app_dir) = @_;
    my $current = readlink "$app_dir/current";
    return defined $current ? basename($current) : undef;
}

sub release_facts {
    my ($host) = @_;
    my $app_dir = $host->{app_dir};
    my @facts;
    my $current = current_release($app_dir);
    push @facts, current => $current, revision => revision_of("$app_dir/current") if defined $current;
    push @facts, trouble => "$app_dir/current is a directory and not a link: move it away, as $app_dir/releases/first"
        if -d "$app_dir/current" && !-l "$app_dir/current";
    my @releases = releases_of($app_dir);
    splice @releases, RELEASES_MAX if @releases > RELEASES_MAX;
    my %size_kb = sizes_of($host, @releases);
    for my $release (@releases) {
        push @facts, release => join ' ', $release->{name}, revision_of($release->{dir}) || '-',
            $release->{whole} ? 'ok' : 'partial', defined $size_kb{ $release->{name} } ? $size_kb{ $release->{name} } : '-';
    }
    return @facts;
}

sub revision_of {
    my ($dir) = @_;
    my ($sha) = (read_file("$dir/REVISION") || '') =~ /\A([0-9a-f]{40})\s*\z/;
    return $sha;
}

# Those of whole releases, from the file `sizes` or measured now.
sub sizes_of {
    my ($host, @releases) = @_;
    my $path   = "$host->{state}/sizes";
    my %known  = (read_file($path) || '') =~ /^(\S+) ([0-9]+)$/mg;
    my @new    = grep { $_->{whole} && !defined $known{ $_->{name} } } @releases;
    splice @new, MEASURED_MAX if @new > MEASURED_MAX;
    return %known if !@new;
    for my $release (@new) {
        my (undef, $du) = run_command(MEASURE_S, 'du', '-sk', '--', $release->{dir});
        $known{ $release->{name} } = $1 if $du =~ /\A([0-9]+)\t/;
    }
    my $text = join '', map { "$_->{name} $known{ $_->{name} }\n" } grep { defined $known{ $_->{name} } } @releases;
    eval { replace_file($path, $text, 0600) };    # a full disk is no reason to tell nothing
    return %known;
}
