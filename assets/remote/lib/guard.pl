# The guard of a fuse: a process of its own session that outlives the helper, sudo and the
# connection. Whether it lives is asked of the kernel: it holds a lock on <state>/guard, where its
# pid stands.

use constant {
    GUARD_LOOK_MS     => 1000,    # from one look at the record to the next
    GUARD_HANDOVER_MS => 500,     # whoever asks whether it lives holds its lock for an instant
    GUARD_START_S     => 5,
};

# Only where none lives: one guard watches over every fuse that follows the first.
sub ensure_guard {
    my ($lb) = @_;
    return if guard_lives($lb);
    pipe my $from_guard, my $to_helper or fail(disk => "cannot make a pipe: $!");
    my $child = fork;
    fail(disk => "cannot fork: $!") if !defined $child;
    if (!$child) {
        close $from_guard;
        become_guard($lb, $to_helper);
    }
    close $to_helper;
    waitpid $child, 0;
    my $said = within(GUARD_START_S, disk => 'the guard of the fuse did not start', sub { <$from_guard> });
    fail(disk => 'the guard of the fuse could not be started') if !defined $said;
}

sub guard_lives {
    my ($lb) = @_;
    return -e "$lb->{state}/guard" && !take_lock("$lb->{state}/guard", 0);
}

# TERM ends it, so that it never delays a shutdown: an open fuse is taken back at the next boot.
sub become_guard {
    my ($lb, $to_helper) = @_;
    POSIX::setsid();
    my $pid = fork;
    POSIX::_exit(0) if !defined $pid || $pid;
    @SIG{qw(HUP INT PIPE)} = ('IGNORE') x 3;
    $SIG{TERM} = 'DEFAULT';
    $0 = "bgc-lb: the fuse of $lb->{env}";
    chdir '/';
    delete $lb->{lock};    # the helper's; held here it would bar every later request
    leave_descriptors(fileno $to_helper);
    my $held = eval { take_lock("$lb->{state}/guard", GUARD_HANDOVER_MS) };
    POSIX::_exit(1) if !$held && !guard_lives($lb);
    if ($held) {
        truncate $held, 0;
        syswrite $held, "$$\n";
    }
    syswrite $to_helper, "armed\n";
    close $to_helper;
    guard_fuse($lb, $held) if $held;
    POSIX::_exit(0);
}

# What sudo or sshd may have left open, and what was meant for another; Perl's own handles are
# closed before, or it would take their numbers for still in use.
sub leave_descriptors {
    my (@kept) = @_;
    my $null = POSIX::open('/dev/null', POSIX::O_RDWR());
    POSIX::_exit(1) if !defined $null;
    POSIX::dup2($null, $_) for 0 .. 2;
    opendir my $open, '/proc/self/fd' or POSIX::_exit(1);
    my %kept = map { $_ => 1 } @kept;
    my @numbers = grep { /\A\d+\z/ && $_ > 2 && !$kept{$_} } readdir $open;
    closedir $open;
    POSIX::close($_) for @numbers;
}

# Until no fuse is open. A fuse may be armed while the guard makes up its mind to go: so it lets
# go of its lock first, and looks once more.
sub guard_fuse {
    my ($lb, $held) = @_;
    while ($held) {
        my $left = eval { guard_turn($lb) };
        if ($@ || defined $left) {
            nap(!defined $left || $left > GUARD_LOOK_MS ? GUARD_LOOK_MS : $left);
            next;
        }
        close $held;
        return if !open_fuse($lb);
        $held = take_lock("$lb->{state}/guard", GUARD_HANDOVER_MS);
    }
}

# How long to sleep, or nothing where no fuse is open.
sub guard_turn {
    my ($lb) = @_;
    my $fuse = open_fuse($lb) or return;
    my $left = fuse_left_ms($fuse);
    return $left if $left > 0;
    my $lock = take_lock("$lb->{state}/lock", LOCK_WAIT_MS) or return 0;
    fire_fuse($lb);
    return open_fuse($lb) ? GUARD_LOOK_MS : undef;
}
