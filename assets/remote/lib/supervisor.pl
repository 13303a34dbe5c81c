# The supervisor of a job: its own session, no terminal, no connection. It holds the lock on
# `running`, writes the log, enforces both limits, and writes rc last.

use constant {
    PIECE_MAX => 65_536,
    GRACE_MS  => 10_000,    # from TERM to KILL
    LOOK_MS   => 100,
    RC_DISK   => 123,
    RC_LIMIT  => 124,
    RC_IDLE   => 125,
    RC_CANCEL => 143,       # also where the script made 0 of its TERM: it did not come to its end
};

sub become_supervisor {
    my ($host, $job, $request, $running, $to_starter) = @_;
    POSIX::setsid();
    delete $host->{lock};    # the starter's; held here it would bar every later request
    my $pid = fork;
    POSIX::_exit(0) if !defined $pid || $pid;
    $SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE);
    $0 = "bgc-host: $job->{run} $job->{step}";
    adopt_orphans();
    eval { supervise($host, $job, $request, $to_starter) };
    POSIX::_exit(0);    # with it goes the lock
}

sub supervise {
    my ($host, $job, $request, $to_starter) = @_;
    my $log = open_log("$job->{dir}/log") or return;
    pipe my $output, my $input or return;
    my $pid = fork;
    return if !defined $pid;
    exec_job($host, $job, $input) if !$pid;
    close $input;
    if (!eval { replace_file("$job->{dir}/pid", "$pid\n", 0600); 1 }) {
        signal_all(KILL => $pid);    # nobody could ever ask for it
        return;
    }
    leave_connection();
    syswrite $to_starter, "started\n";
    close $to_starter;

    my $task = {
        job        => $job,
        pid        => $pid,
        output     => $output,
        log        => $log,
        started_ms => uptime_ms(),
        heard_ms   => uptime_ms(),
        limit_ms   => 1000 * asked($request, 'limit_s'),
        idle_ms    => 1000 * asked($request, 'idle_s'),
    };
    watch_task($task);
    write_rc($task);
}

# The standard streams of a supervisor belong to nobody, so that the connection can be closed.
sub leave_connection {
    open STDIN,  '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
}

sub exec_job {
    my ($host, $job, $input) = @_;
    my $vars = read_pairs("$job->{dir}/env");
    POSIX::setsid();
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM PIPE);
    %ENV = (job_environment(), git_environment($host->{app_dir}), %$vars);
    open STDIN,  '<',  '/dev/null';
    open STDOUT, '>&', $input;
    open STDERR, '>&', $input;
    chdir $host->{app_dir} and exec { "$job->{dir}/script" } 'script';
    print STDERR "bgc-host: cannot run the script in $host->{app_dir}: $!\n";
    POSIX::_exit(126);
}

sub job_environment {
    my @user = getpwuid $>;
    return (
        PATH => '/usr/local/bin:/usr/bin:/bin',
        HOME => $user[7] || '/',
        USER => $user[0] || '',
        LANG => 'C.UTF-8',
    );
}

# The step ends when its main process ends. A daemon that it left behind may still hold the pipe;
# it must have turned its own output elsewhere.
sub watch_task {
    my ($task) = @_;
    while (1) {
        read_output($task, LOOK_MS);
        collect($task);
        last if defined $task->{status} && !some_must_end($task);
        end_task($task) if reason_to_end($task);
    }
    1 while read_output($task, 0);
}

# Orphans become ours, so they are ours to wait for.
sub collect {
    my ($task) = @_;
    while ((my $pid = waitpid -1, POSIX::WNOHANG()) > 0) {
        $task->{status} = $? if $pid == $task->{pid};
    }
}

sub read_output {
    my ($task, $wait_ms) = @_;
    if (!$task->{output}) {
        nap($wait_ms);
        return 0;
    }
    return 0 if !is_readable($task->{output}, $wait_ms);
    my $got = sysread $task->{output}, my $bytes, PIECE_MAX;
    if (!$got) {
        delete $task->{output};
        return 0;
    }
    $task->{heard_ms} = uptime_ms();
    log_output($task->{log}, $bytes);
    return 1;
}

# Once ended, whether by a limit or by an operator, a task is over when no process of it is left,
# in whatever session.
sub some_must_end {
    my ($task) = @_;
    return $task->{ended} && (descendants() || kill 0 => -$task->{pid});
}

sub reason_to_end {
    my ($task) = @_;
    return 1 if $task->{ended};
    my $now = uptime_ms();
    my ($limit_s, $idle_s) = map { $_ / 1000 } @$task{qw(limit_ms idle_ms)};
    my ($ended, $sentence) =
          $now - $task->{started_ms} > $task->{limit_ms} ? (limit  => "longer than its limit of $limit_s s")
        : $now - $task->{heard_ms} > $task->{idle_ms}    ? (idle   => "silent for more than $idle_s s")
        : -e "$task->{job}{dir}/cancel"                  ? (cancel => 'cancelled')
        :                                                  return 0;
    log_note($task->{log}, "$sentence; ending it");
    $task->{ended} = $ended;
    return 1;
}

# TERM once, KILL after the grace.
sub end_task {
    my ($task) = @_;
    if (!$task->{term_ms}) {
        $task->{term_ms} = uptime_ms();
        signal_all(TERM => $task->{pid});
    }
    elsif (uptime_ms() - $task->{term_ms} > GRACE_MS) {
        log_note($task->{log}, 'still there ' . GRACE_MS / 1000 . ' s after TERM; killing it') if !$task->{killed}++;
        signal_all(KILL => $task->{pid});
    }
}

# A step whose output is not whole is never told as a success.
sub write_rc {
    my ($task) = @_;
    my %log    = close_log($task->{log});
    my $status = $task->{status};
    my $ended  = $task->{ended} || ($status & 127 ? 'signal' : 'exit');
    my $rc =
          $ended eq 'limit'                   ? RC_LIMIT
        : $ended eq 'idle'                    ? RC_IDLE
        : $ended eq 'cancel' && $status == 0  ? RC_CANCEL
        : $status & 127                       ? 128 + ($status & 127)
        :                                       $status >> 8;
    ($rc, $ended) = (RC_DISK, 'disk') if $rc == 0 && defined $log{unwritten_why};
    record_end($task->{job}, rc => $rc, ended => $ended, elapsed_ms => uptime_ms() - $task->{started_ms}, %log);
}
