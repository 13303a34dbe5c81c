# The log of a job: what it prints, in order. Bounded: of the rest only the end is kept, with how
# much lies between. Honest: what the disk would not take is counted and said.

use constant {
    LOG_MAX  => 62_914_560,    # with all that is said about the rest, less than a console keeps
    TAIL_MAX => 16_384,
};

sub open_log {
    my ($path) = @_;
    open my $file, '>>', $path or return;
    return { file => $file, size => 0, over => 0, tail => '', gap => 0, unwritten => 0, reason => '' };
}

sub log_output {
    my ($log, $bytes) = @_;
    my $room = LOG_MAX - $log->{size};
    log_bytes($log, substr $bytes, 0, $room, '') if $room > 0;
    return if !length $bytes;
    log_note($log, 'more than ' . LOG_MAX . ' bytes; of the rest only the end is kept') if !$log->{over};
    $log->{over} += length $bytes;
    my $tail = $log->{tail} . $bytes;
    $log->{tail} = length $tail > TAIL_MAX ? substr($tail, -TAIL_MAX) : $tail;
}

# A sentence of ours, on a line of its own.
sub log_note {
    my ($log, $sentence) = @_;
    my $begin = $log->{in_line} ? "\n" : '';
    log_bytes($log, "${begin}bgc-host: $sentence\n");
}

# Says what was left out, with the end of it. Returns what rc shall tell: bytes that were left out,
# and bytes that the disk did not take.
sub close_log {
    my ($log) = @_;
    my $left_out = $log->{over} - length $log->{tail};
    log_note($log, "$left_out bytes were left out here") if $left_out;
    log_bytes($log, $log->{tail})                        if $log->{over};
    log_bytes($log, '')                                  if $log->{gap};
    $log->{file}->sync or lose($log, 0, "$!");
    return (left_out => $left_out || undef, unwritten => $log->{unwritten} || undef, unwritten_why => $log->{reason} || undef);
}

sub log_bytes {
    my ($log, $bytes) = @_;
    return lose($log, length $bytes) if $log->{gap} && !tell_gap($log);
    my $written = append($log, $bytes);
    lose($log, length($bytes) - $written) if $written < length $bytes;
}

sub tell_gap {
    my ($log) = @_;
    my $note = "\nbgc-host: $log->{gap} bytes could not be written here: $log->{reason}\n";
    return 0 if append($log, $note) < length $note;
    $log->{gap} = 0;
    return 1;
}

sub append {
    my ($log, $bytes) = @_;
    my $done = 0;
    while ($done < length $bytes) {
        my $written = syswrite $log->{file}, $bytes, length($bytes) - $done, $done;
        if (!$written) {
            next if !defined $written && $! == EINTR;
            $log->{reason} = "$!";
            last;
        }
        $done += $written;
    }
    $log->{size} += $done;
    $log->{in_line} = substr($bytes, $done - 1, 1) ne "\n" if $done;
    return $done;
}

sub lose {
    my ($log, $length, $reason) = @_;
    $log->{reason} = $reason if defined $reason;
    $log->{gap}       += $length;
    $log->{unwritten} += $length;
}
