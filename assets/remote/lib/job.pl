# Jobs on disk: <app_dir>/.bgconsole/jobs/<run>/<step>/ with `script`, `env`, `pid`, `started`,
# `epoch`, `log`, `rc.room`, and `rc`, which is written last.
#
# <app_dir>/.bgconsole/running names the newest job, and its supervisor holds a lock on it: whether
# a job lives is asked of the kernel, never of a pid.

use constant {
    HANDOVER_MS => 500,    # readers hold the lock on `running` for an instant
    RC_ROOM     => 512,
};

use constant END_KEYS => qw(rc ended elapsed_ms left_out unwritten unwritten_why);

my %CONF = (
    app_dir => PATH,
    user    => qr/\A[a-z_][a-z0-9_-]{0,31}\z/,
);

sub open_host {
    my ($env) = @_;
    my $host = read_conf($env, \%CONF);
    fail(env => "$host->{app_dir} is missing: bootstrap '$env' on this host") if !-d $host->{app_dir};
    fail(usage => "run it as $host->{user}, who owns $host->{app_dir}")       if !-o $host->{app_dir};
    $host->{state} = "$host->{app_dir}/.bgconsole";
    make_directory($_, 0700) for $host->{state}, "$host->{state}/jobs", "$host->{state}/gone";
    return $host;
}

sub job_of {
    my ($host, $request) = @_;
    my ($run, $step) = map { asked($request, $_) } qw(run step);
    return { state => $host->{state}, run => $run, step => $step, dir => "$host->{state}/jobs/$run/$step" };
}

sub known_job {
    my ($request) = @_;
    my $job = job_of(open_host($request->{env}), $request);
    fail(unknown => "no job $job->{run} $job->{step} on this host") if !-d $job->{dir};
    return $job;
}

sub newest_job {
    my ($host) = @_;
    my ($run, $step) = (read_file("$host->{state}/running") || '') =~ /\A(\S+) (\S+)\n/ or return;
    return { state => $host->{state}, run => $run, step => $step, dir => "$host->{state}/jobs/$run/$step" };
}

sub is_running {
    my ($job) = @_;
    return 0 if -e "$job->{dir}/rc";
    my $newest = newest_job($job) or return 0;
    return 0 if "$newest->{run} $newest->{step}" ne "$job->{run} $job->{step}";
    return !take_lock("$job->{state}/running", 0) && !-e "$job->{dir}/rc";
}

sub job_end {
    my ($job) = @_;
    my $end = read_pairs("$job->{dir}/rc") or return 'unknown';
    return $end->{rc};
}

sub answer_end {
    my ($job) = @_;
    my $end = read_pairs("$job->{dir}/rc")
        or fail(unknown => "$job->{run} $job->{step} ended without its rc");
    answer(map { $_ => $end->{$_} } END_KEYS);
}

# Into room that was taken when the job was made, so that a full disk cannot hide how it ended.
sub record_end {
    my ($job, %end) = @_;
    my $bytes = pairs_text(\%end);
    my $room  = "$job->{dir}/rc.room";
    sysopen my $file, $room, O_WRONLY | O_NOFOLLOW or fail(disk => "cannot open $room: $!");
    syswrite $file, $bytes . "\n" x (RC_ROOM - length $bytes) or fail(disk => "cannot write $room: $!");
    $file->sync and rename $room, "$job->{dir}/rc" or fail(disk => "cannot write $job->{dir}/rc: $!");
    sync_directory($job->{dir});
}

sub job_pid {
    my ($job) = @_;
    my ($pid) = (read_file("$job->{dir}/pid") || '') =~ /\A(\d+)/;
    return $pid;
}

sub started_ms {
    my ($job) = @_;
    my $started = read_pairs("$job->{dir}/started") || {};
    return $started->{uptime_ms} || uptime_ms();
}

sub log_size {
    my ($job) = @_;
    return -s "$job->{dir}/log" || 0;
}

# No request below the highest pair seen here: a console that was cut off and comes back late
# cannot restart the app under a newer run.
sub raise_fence {
    my ($host, $request) = @_;
    my ($epoch, $seq) = map { asked($request, $_) } qw(epoch seq);
    my $fence = read_pairs("$host->{state}/fence") || { epoch => -1, seq => -1 };
    fail(state => "$host->{state}/fence has no epoch and seq") if grep { !defined $fence->{$_} } qw(epoch seq);
    my $order = $epoch <=> $fence->{epoch} || $seq <=> $fence->{seq};
    fail(stale => "($epoch, $seq) is below ($fence->{epoch}, $fence->{seq}), which was seen here", %$fence)
        if $order < 0;
    write_pairs("$host->{state}/fence", { epoch => $epoch, seq => $seq }, 0600) if $order > 0;
}

sub launch {
    my ($host, $job, $request) = @_;
    my $running = take_lock("$host->{state}/running", HANDOVER_MS) or refuse_second_job($host);
    collect_runs($host);
    my $whole = write_job($job, $request);
    overwrite($running, "$job->{run} $job->{step}\n");
    rename $whole, $job->{dir} or fail(disk => "cannot make $job->{dir}: $!");
    sync_directory(dirname($job->{dir}));
    pipe my $from_supervisor, my $to_starter or fail(disk => "cannot make a pipe: $!");
    my $child = fork;
    fail(disk => "cannot fork: $!") if !defined $child;
    if (!$child) {
        close $from_supervisor;
        become_supervisor($host, $job, $request, $running, $to_starter);
    }
    close $to_starter;
    waitpid $child, 0;
    my $started = <$from_supervisor>;
    fail(unknown => "$job->{run} $job->{step} could not be started") if !defined $started;
}

sub refuse_second_job {
    my ($host) = @_;
    my $other = newest_job($host);
    my $name  = "$other->{run} $other->{step}";
    fail(running => "the job $name is running", job => $name);
}

# Written before it is cut to its length: a full disk does not empty it.
sub overwrite {
    my ($file, $bytes) = @_;
    sysseek $file, 0, 0;
    (syswrite($file, $bytes) || 0) == length $bytes or fail(disk => "cannot write a file: $!");
    truncate $file, length $bytes or fail(disk => "cannot cut a file: $!");
}

# In a directory with another name, which is returned: a job that can be seen is a whole one, and one
# that cannot be written was never there.
sub write_job {
    my ($job, $request) = @_;
    my %vars = map { /\Avar\.(.+)/ ? ($1 => $request->{asked}{$_}[0]) : () } keys %{ $request->{asked} };
    my $run  = dirname($job->{dir});
    my $new  = "$run/.$job->{step}.new";
    make_directory($run, 0700);
    require File::Path;
    File::Path::remove_tree($new);
    make_directory($new, 0700);
    replace_file("$new/script", $request->{body}, 0700);
    write_pairs("$new/env",     \%vars, 0600);
    write_pairs("$new/epoch",   { map { $_ => asked($request, $_) } qw(epoch seq) }, 0600);
    write_pairs("$new/started", { uptime_ms => uptime_ms(), boot_id => boot_id() }, 0600);
    replace_file("$new/log", '', 0600);
    replace_file("$new/rc.room", "\n" x RC_ROOM, 0600);
    sync_directory($new);
    return $new;
}
