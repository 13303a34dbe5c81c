# The supervisor of a job: its own session, no terminal, no connection. It holds the lock on
# `running`, writes the log, enforces both limits, and writes rc last.

use constant {
    PIECE_MAX => 65_536,
    LOG_MAX   => 67_108_864,    # a job may print more; the rest is dropped and said
    GRACE_MS  => 10_000,        # from TERM to KILL
    LOOK_MS   => 100,
    RC_LIMIT  => 124,
    RC_IDLE   => 125,
};

sub become_supervisor {
    my ($host, $job, $request, $running, $to_starter) = @_;
    POSIX::setsid();
    delete $host->{lock};    # the starter's; held here it would bar every later request
    my $pid = fork;
    POSIX::_exit(0) if !defined $pid || $pid;
    $SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE);
    $0 = "bgc-host: $job->{run} $job->{step}";
    eval { supervise($host, $job, $request, $to_starter) };
    POSIX::_exit(0);    # with it goes the lock
}

sub supervise {
    my ($host, $job, $request, $to_starter) = @_;
    open my $log, '>>', "$job->{dir}/log" or return;
    pipe my $output, my $input or return;
    my $pid = fork;
    return if !defined $pid;
    exec_job($host, $job, $input) if !$pid;
    close $input;
    if (!eval { replace_file("$job->{dir}/pid", "$pid\n", 0600); 1 }) {
        kill KILL => -$pid, $pid;    # nobody could ever ask for it
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
        logged     => 0,
        started_ms => uptime_ms(),
        heard_ms   => uptime_ms(),
        limit_ms   => 1000 * asked($request, 'limit_s'),
        idle_ms    => 1000 * asked($request, 'idle_s'),
    };
    watch_task($task);
    $log->sync;
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
    %ENV = (job_environment(), %$vars);
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
        if (!defined $task->{status} && waitpid($task->{pid}, POSIX::WNOHANG()) == $task->{pid}) {
            $task->{status} = $?;
        }
        last if defined $task->{status} && !group_must_end($task);
        end_task($task) if reason_to_end($task);
    }
    1 while read_output($task, 0);
}

sub read_output {
    my ($task, $wait_ms) = @_;
    if (!$task->{output}) {
        nap($wait_ms);
        return 0;
    }
    my $readable = '';
    vec($readable, fileno($task->{output}), 1) = 1;
    return 0 if select($readable, undef, undef, $wait_ms / 1000) <= 0;
    my $got = sysread $task->{output}, my $bytes, PIECE_MAX;
    if (!$got) {
        delete $task->{output};
        return 0;
    }
    $task->{heard_ms} = uptime_ms();
    write_log($task, $bytes);
    return 1;
}

sub write_log {
    my ($task, $bytes) = @_;
    return if $task->{logged} >= LOG_MAX;
    $task->{logged} += length $bytes;
    $bytes .= "\nbgc-host: more than " . LOG_MAX . " bytes; the rest is dropped\n" if $task->{logged} >= LOG_MAX;
    syswrite $task->{log}, $bytes;
}

sub note {
    my ($task, $sentence) = @_;
    syswrite $task->{log}, "bgc-host: $sentence\n";
}

# Once ended, whether by a limit or by an operator, a task is over when no process of its group is
# left.
sub group_must_end {
    my ($task) = @_;
    return $task->{ended} && kill 0 => -$task->{pid};
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
    note($task, "$sentence; ending it");
    $task->{ended} = $ended;
    return 1;
}

# TERM once, KILL after the grace.
sub end_task {
    my ($task) = @_;
    if (!$task->{term_ms}) {
        $task->{term_ms} = uptime_ms();
        kill TERM => -$task->{pid};
    }
    elsif (uptime_ms() - $task->{term_ms} > GRACE_MS) {
        kill KILL => -$task->{pid};
    }
}

sub write_rc {
    my ($task) = @_;
    my $status = $task->{status};
    my $ended  = $task->{ended} || ($status & 127 ? 'signal' : 'exit');
    my $rc =
          $ended eq 'limit' ? RC_LIMIT
        : $ended eq 'idle'  ? RC_IDLE
        : $status & 127     ? 128 + ($status & 127)
        :                     $status >> 8;
    my %end = (rc => $rc, ended => $ended, elapsed_ms => uptime_ms() - $task->{started_ms});
    write_pairs("$task->{job}{dir}/rc", \%end, 0600);
}
