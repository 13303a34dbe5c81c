# HAProxy's sockets: one line of commands on a fresh connection, the whole answer, and what the
# answers mean. Rows are read by the names in their header (management.txt 9.3).

use Socket ();

use constant {
    ANSWER_MAX    => 16_777_216,    # bytes of the answer to one line of commands
    HAPROXY_MAX_S => 2,
};

# Every server of a backend by its name: `show servers state` and, for rise and fall, `show stat`.
sub read_servers {
    my ($lb, $backend) = @_;
    my ($state, $stat) = ask_haproxy($lb, "show servers state $backend", "show stat $backend 4 -1");
    fail(not_ready => "HAProxy knows no backend $backend: $state") if $state !~ /^# be_id/m;
    my @states = rows_of($state, qr/^# (be_id .*)$/m, qr/ /);
    my @stats  = rows_of($stat,  qr/^# (pxname,.*)$/m, qr/,/);
    my %servers = map { $_->{srv_name} => $_ } @states;
    for my $row (@stats) {
        my $server = $servers{ $row->{svname} } or next;
        @$server{qw(check_rise check_fall)} = map { $row->{$_} || 0 } qw(check_rise check_fall);
    }
    return \%servers;
}

# Rows by the names in the header, because columns come and go between versions.
sub rows_of {
    my ($text, $header, $separator) = @_;
    my ($names) = $text =~ $header or fail(haproxy => 'HAProxy answered without a header');
    my @names = split $separator, $names;
    my @lines = grep { length && !/\A#/ && !/\A\d+\z/ } split /\n/, $text;
    return map { my %row; @row{@names} = split $separator, $_, scalar @names; \%row } @lines;
}

# What `show info` says of the worker that has the socket.
sub ask_worker {
    my ($lb) = @_;
    return { info_of(ask_haproxy($lb, 'show info')) };
}

sub info_of {
    my ($text) = @_;
    my %info = $text =~ /^(\w+): (.*)$/mg;
    fail(haproxy => 'HAProxy did not tell its Pid') if !$info{Pid} || !defined $info{Stopping};
    return %info;
}

# The master knows which worker is the current one, and whether a reload has failed.
sub ask_master {
    my ($lb) = @_;
    my $text = talk($lb->{master_socket}, 'show proc');
    my ($pid, $reloads, $failed) = $text =~ /^(\d+)\s+master\s+(\d+)(?: \[failed: (\d+)\])?/m
        or fail(haproxy => "no master on $lb->{master_socket}");
    my ($workers) = $text =~ /^# workers\n((?:\d.*\n)*)/m;
    my ($old)     = $text =~ /^# old workers\n((?:\d.*\n)*)/m;
    my ($worker_pid) = ($workers || '') =~ /\A(\d+)\s+worker/
        or fail(haproxy => 'the master has no worker');
    my @old_pids = ($old || '') =~ /^(\d+)\s+worker/mg;
    return {
        pid         => $pid,
        reloads     => $reloads,
        failed      => $failed || 0,
        worker_pid  => $worker_pid,
        old_pids    => \@old_pids,
        old_workers => scalar @old_pids,
    };
}

# What HAProxy said where it should have been silent.
sub refusal_of {
    my ($said) = @_;
    return "HAProxy answered: $said" . ($said =~ /Permission denied/ ? ' (the stats socket must be of level admin)' : '');
}

# Several commands on one fresh connection; one answer each. An old connection would stay with an
# old worker across a reload.
sub ask_haproxy {
    my ($lb, @commands) = @_;
    my $raw = talk($lb->{stats_socket}, join ';', @commands);
    my @answers = split_answers($raw);
    fail(haproxy => 'HAProxy gave ' . @answers . ' answers to ' . @commands . ' commands')
        if @answers != @commands;
    return @answers;
}

# Each answer is ended by an empty line, and an answer may be empty itself.
sub split_answers {
    my ($raw) = @_;
    my @answers;
    my $answer = '';
    for my $line ($raw =~ /([^\n]*\n)/g) {
        if ($line ne "\n") {
            $answer .= $line;
            next;
        }
        chomp $answer;
        push @answers, $answer;
        $answer = '';
    }
    return @answers;
}

# Nobody listens on either socket: HAProxy does not run. One that runs and does not answer is
# something else.
sub haproxy_is_down {
    my ($lb) = @_;
    for my $path (@$lb{qw(stats_socket master_socket)}) {
        socket my $socket, Socket::AF_UNIX(), Socket::SOCK_STREAM(), 0
            or fail(haproxy => "cannot make a socket: $!");
        return 0 if connect $socket, Socket::pack_sockaddr_un($path);
        return 0 if $! != ENOENT && $! != ECONNREFUSED;
    }
    return 1;
}

# One line of commands, the whole answer. The write side is shut after the line: without it the
# master's socket keeps the connection open and never ends its answer.
sub talk {
    my ($path, $command) = @_;
    my $late = "$path did not answer within @{[HAPROXY_MAX_S]} s: HAProxy is stuck, or others hold all connections of this socket (stats maxconn)";
    return within(HAPROXY_MAX_S, haproxy => $late, sub {
        socket my $socket, Socket::AF_UNIX(), Socket::SOCK_STREAM(), 0
            or fail(haproxy => "cannot make a socket: $!");
        connect $socket, Socket::pack_sockaddr_un($path) or fail(haproxy => "cannot connect to $path: $!");
        send_all($socket, "$command\n");
        shutdown $socket, 1;
        return receive_all($socket, $path, ANSWER_MAX);
    });
}

sub send_all {
    my ($socket, $bytes) = @_;
    my $sent = send $socket, $bytes, Socket::MSG_NOSIGNAL();
    fail(haproxy => "cannot write to the socket: $!") if !defined $sent || $sent != length $bytes;
}

sub receive_all {
    my ($socket, $name, $max) = @_;
    my $bytes = '';
    while (1) {
        my $got = sysread $socket, $bytes, 65536, length $bytes;
        fail(haproxy => "$name: $!") if !defined $got;
        last if !$got;
        fail(haproxy => "$name answered more than $max bytes") if length $bytes > $max;
    }
    return $bytes;
}
