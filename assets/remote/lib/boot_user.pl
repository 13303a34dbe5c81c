# bootstrap: the deploy user, and what is done with that user's rights.

sub make_user {
    my ($user) = @_;
    return there("the user $user") if defined getpwnam $user;
    my ($status, undef, $last) = run_command(30, 'useradd', '--create-home', '--shell', '/bin/sh', $user);
    fail(disk => "useradd $user: $last") if $status != 0;
    did("made the user $user");
}

# What lies in the user's own directories is done with the user's own rights, so that a link put
# there cannot lead root astray. The code is given the home directory.
sub as_user {
    my ($user, $root, $run) = @_;
    my (undef, undef, $uid, $gid, undef, undef, undef, $home) = $root ? getpwnam $user : getpwuid $>;
    return $run->($home) if !$root || $uid == 0;
    my $pid = open(my $lines, '-|');
    fail(disk => "cannot fork: $!") if !defined $pid;
    if (!$pid) {
        $) = "$gid $gid";
        $( = $gid;
        ($<, $>) = ($uid, $uid);
        @ENV{qw(HOME USER LOGNAME)} = ($home, $user, $user);
        my $done = eval { $run->($home); 1 };
        answer(message => ref $@ ? $@->{message} : "$@") if !$done;
        POSIX::_exit($done ? 0 : 1);
    }
    my $said = join '', <$lines>;
    close $lines;
    fail(disk => "as $user: " . ($said =~ /^message=(.*)$/m ? $1 : 'failed')) if $?;
    put($said);
}

sub authorize {
    my ($home, $key) = @_;
    return if !defined $key;
    my $path = "$home/.ssh/authorized_keys";
    make_directory("$home/.ssh", 0700);
    my $keys = read_file($path);
    $keys = '' if !defined $keys;
    return there("the console's key in $path") if grep { $_ eq $key } split /\n/, $keys;
    $keys .= "\n" if $keys =~ /[^\n]\z/;
    replace_file($path, "$keys$key\n", 0600);
    did("added a key to $path");
}
