# Time and commands. Time is the boot clock, which no administrator can set. A command meets no
# shell, and is bounded in time and output.

use Config ();

use constant {
    COMMAND_MAX => 1_048_576,    # bytes of a command's output
    TICK_MS     => 5000,         # a stream with nothing to say says so
};

# clock_gettime(CLOCK_BOOTTIME) by its number, because perl-base has no call for it.
# /proc/uptime is the same clock in steps of 10 ms, for other machines.
sub uptime_us {
    my ($machine) = $Config::Config{archname} =~ /\A(x86_64|aarch64)-linux/;
    if ($machine && $Config::Config{longsize} == 8) {
        my $time = "\0" x 16;
        my $number = $machine eq 'x86_64' ? 228 : 113;
        if (syscall($number, 7, $time) == 0) {
            my ($s, $ns) = unpack 'q2', $time;
            return $s * 1_000_000 + int($ns / 1000);
        }
    }
    my ($s) = (read_file('/proc/uptime') || '') =~ /\A([0-9.]+)/;
    return int($s * 1_000_000);
}

sub uptime_ms { return int(uptime_us() / 1000) }

sub nap {
    my ($ms) = @_;
    select undef, undef, undef, $ms / 1000;
}

sub boot_id {
    my ($id) = (read_file('/proc/sys/kernel/random/boot_id') || '') =~ /\A([0-9a-f-]+)/;
    return $id;
}

# Runs the code with a deadline in whole seconds; past it, fails as told.
sub within {
    my ($limit_s, $code, $message, $run) = @_;
    my @result;
    my $done = eval {
        local $SIG{ALRM} = sub { die { code => $code, message => $message, pairs => [] } };
        alarm $limit_s;
        @result = $run->();
        alarm 0;
        1;
    };
    my $error = $@;
    alarm 0;
    die $error if !$done;
    return wantarray ? @result : $result[0];
}

# Returns (wait status, standard output, last line of standard error, all of its lines). A command
# that is not there ends with 127 << 8, one that was too slow with SIGKILL.
sub run_command {
    my ($limit_s, @command) = @_;
    return run_on('', $limit_s, @command);
}

# With these bytes as its standard input.
sub run_on {
    my ($bytes, $limit_s, @command) = @_;
    my ($input, $errors) = (temporary_file($bytes), temporary_file(''));
    my $pid = open(my $output, '-|');
    fail(disk => "cannot start $command[0]: $!") if !defined $pid;
    exec_command($input, $errors, @command) if !$pid;
    my $text = '';
    eval {
        within($limit_s, disk => 'too slow', sub { read $output, $text, COMMAND_MAX; 1 });
    } or kill KILL => -$pid, $pid;
    close $output;
    my $status = $?;
    seek $errors, 0, 0;
    read $errors, my $said, COMMAND_MAX;
    my @lines = grep { /\S/ } split /\n/, defined $said ? $said : '';
    return ($status, $text, @lines ? $lines[-1] : '', @lines);
}

# It has no name, so nothing is left of it.
sub temporary_file {
    my ($bytes) = @_;
    open my $file, '+>', undef or fail(disk => "cannot make a temporary file: $!");
    print {$file} $bytes and $file->flush and seek $file, 0, 0 or fail(disk => "cannot write a temporary file: $!");
    return $file;
}

sub exec_command {
    my ($input, $errors, @command) = @_;
    setpgrp 0, 0;
    open STDIN, '<&', $input;
    open STDERR, '>&', $errors;
    no warnings 'exec';
    exec { $command[0] } @command;
    print STDERR "$command[0]: $!\n";
    POSIX::_exit(127);
}

# Whether there is something to read, or nothing more will ever come; waits for it so long.
sub is_readable {
    my ($file, $ms) = @_;
    my $readable = '';
    vec($readable, fileno $file, 1) = 1;
    return select($readable, undef, undef, $ms > 0 ? $ms / 1000 : 0) > 0;
}
