# Files that survive a crash, small files of key=value lines, and locks. Whatever fails says which
# file and why.

use Fcntl qw(:flock :DEFAULT);
use File::Basename qw(basename dirname);
use IO::Handle;

use constant {
    CONF_DIR     => '/etc/bgconsole',
    FILE_MAX     => 1_048_576,
    LOCK_WAIT_MS => 5000,
};

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or return;
    my $got = read $file, my $bytes, FILE_MAX;
    return defined $got ? $bytes : undef;
}

# Whole or not at all, also after a power cut: the new bytes are on the disk before they get the
# name, and the name is on the disk before this returns. With an owner, where it is another's.
sub replace_file {
    my ($path, $bytes, $mode, @owner) = @_;
    my $new = "$path.new";
    my $done = eval {
        sysopen my $file, $new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, $mode or die "$!\n";
        chmod $mode, $file or die "$!\n";
        chown @owner, $file or die "$!\n" if @owner && "@owner" ne "$> " . (split ' ', $))[0];
        my $rest = $bytes;
        while (length $rest) {
            my $written = syswrite($file, $rest) || die "$!\n";
            substr($rest, 0, $written) = '';
        }
        $file->sync or die "$!\n";
        close $file or die "$!\n";
        rename $new, $path or die "$!\n";
        1;
    };
    if (!$done) {
        chomp(my $reason = $@);
        unlink $new;
        fail(disk => "cannot write $path: $reason");
    }
    sync_directory(dirname($path));
}

sub remove_file {
    my ($path) = @_;
    unlink $path or $! == ENOENT or fail(disk => "cannot remove $path: $!");
    sync_directory(dirname($path));
}

sub sync_directory {
    my ($path) = @_;
    sysopen my $directory, $path, O_RDONLY | O_DIRECTORY or fail(disk => "cannot open $path: $!");
    $directory->sync or fail(disk => "cannot sync $path: $!");
}

sub make_directory {
    my ($path, $mode) = @_;
    return 0 if -d $path;
    mkdir $path, $mode or fail(disk => "cannot make $path: $!");
    chmod $mode, $path or fail(disk => "cannot chmod $path: $!");
    return 1;
}

sub names_in {
    my ($dir) = @_;
    opendir my $handle, $dir or return;
    return grep { !/\A\.\.?\z/ } readdir $handle;
}

# A small file of key=value lines: a hash, or nothing where the file is not there.
sub read_pairs {
    my ($path) = @_;
    my $bytes = read_file($path);
    if (!defined $bytes) {
        fail(disk => "cannot read $path: $!") if $! != ENOENT;
        return;
    }
    my %pairs;
    for my $line (split /\n/, $bytes) {
        next if $line =~ /\A\s*(#|\z)/;
        my ($key, $value) = eval { parse_pair($line, $path) };
        fail(state => "$path is damaged at '$line'") if !defined $key;
        $pairs{$key} = $value;
    }
    return \%pairs;
}

sub write_pairs {
    my ($path, $pairs, $mode) = @_;
    replace_file($path, pairs_text($pairs), $mode);
}

sub pairs_text {
    my ($pairs) = @_;
    return join '', map { "$_=" . encode($pairs->{$_}) . "\n" } grep { defined $pairs->{$_} } sort keys %$pairs;
}

# The settings of one environment on this host, each checked against its pattern. Those that have a
# default may be missing.
sub read_conf {
    my ($env, $patterns, $defaults) = @_;
    my $path = CONF_DIR . "/$env.conf";
    my $conf = read_pairs($path)
        or fail(env => "the environment '$env' is not known on this host ($path): bootstrap it");
    for my $key (sort keys %$patterns) {
        $conf->{$key} = $defaults->{$key} if !defined $conf->{$key} && exists $defaults->{$key};
        next if !defined $conf->{$key} && exists $defaults->{$key};
        fail(env => "$path has no $key: bootstrap it again") if !defined $conf->{$key};
        fail(env => "$path: $key is not usable")            if $conf->{$key} !~ $patterns->{$key};
    }
    return $conf;
}

# Holds the lock for as long as the returned handle lives. Perl opens it close-on-exec, so that no
# program started meanwhile can keep it. Returns nothing where it could not be had in time.
sub take_lock {
    my ($path, $wait_ms) = @_;
    sysopen my $lock, $path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600 or fail(disk => "cannot open $path: $!");
    my $until = uptime_ms() + $wait_ms;
    while (!flock $lock, LOCK_EX | LOCK_NB) {
        return if uptime_ms() >= $until;
        nap(20);
    }
    return $lock;
}
