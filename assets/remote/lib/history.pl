# What happened here, for whoever asks later: the audit, one line a change; the events that a
# console lets others see; and the receipts of its runs. All bounded.

use constant {
    AUDIT_MAX    => 262_144,    # bytes; then <state>/audit becomes <state>/audit.1
    EVENTS_KEPT  => 1000,
    EVENTS_SPARE => 200,        # so that not every event rewrites the file
    RECEIPTS     => 100,
    RECEIPT_MAX  => 16_384,
};

# One line, in the order in which it happened, under the lock.
sub write_audit {
    my ($lb, $change) = @_;
    my %line = (%$change, who => who_asks($lb, $change));
    my @words = map { "$_=" . word_of($line{$_}) } qw(who run verb from to outcome);
    my $text  = join ' ', POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime), 'uptime_ms=' . uptime_ms(), @words;
    my $path  = "$lb->{state}/audit";
    rename $path, "$path.1" if (-s $path || 0) > AUDIT_MAX;
    append_line($path, $text);
}

sub word_of {
    my ($value) = @_;
    return '-' if !defined $value || $value eq '';
    ($value = encode($value)) =~ s/ /%20/g;
    return $value;
}

# The holder of the lease where the change is of its run; else whoever called us.
sub who_asks {
    my ($lb, $change) = @_;
    return 'fuse' if $change->{verb} eq 'fuse';
    my $lease = eval { read_lease($lb) };
    return "$lease->{who}\@$lease->{where}" if $lease && defined $lease->{run} && $lease->{run} eq $change->{run};
    return $ENV{SUDO_USER} || scalar getpwuid $<;
}

# After a line that a power cut has torn, a new one begins.
sub append_line {
    my ($path, $text) = @_;
    sysopen my $file, $path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0600 or fail(disk => "cannot open $path: $!");
    my $last = "\n";
    sysread $file, $last, 1 if sysseek $file, -1, 2;
    my $line = ($last eq "\n" ? '' : "\n") . "$text\n";
    my $written = syswrite $file, $line;
    fail(disk => "cannot write $path: $!") if !defined $written || $written != length $line;
    $file->sync or fail(disk => "cannot write $path: $!");
}

sub tell_audit {
    my ($request) = @_;
    my $lb = open_to_read($request->{env});
    my @lines = map { split /\n/, read_file("$lb->{state}/$_") || '' } qw(audit.1 audit);
    my $last  = asked($request, 'last', 100);
    splice @lines, 0, @lines - $last if @lines > $last;
    answer(map { (audit => $_) } @lines);
}

sub write_event {
    my ($request) = @_;
    my $lb   = open_balancer($request->{env});
    lock_environment($lb);
    my @events = read_events($lb);
    my $number = @events ? $events[-1][0] + 1 : 1;
    my $line = join ' ', $number, POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime), map { asked($request, $_) } qw(run text);
    my $path = "$lb->{state}/events";
    if (@events >= EVENTS_KEPT + EVENTS_SPARE) {
        splice @events, 0, @events - EVENTS_KEPT + 1;
        replace_file($path, join('', map { "$_->[1]\n" } @events) . "$line\n", 0600);
    }
    else {
        append_line($path, $line);
    }
    answer(event => $number);
}

sub tell_events {
    my ($request) = @_;
    my $lb = open_to_read($request->{env});
    my @events = read_events($lb);
    my $next   = @events ? $events[-1][0] + 1 : 1;
    splice @events, 0, @events - EVENTS_KEPT if @events > EVENTS_KEPT;
    my $from = asked($request, 'from_event', 1);
    answer((map { (event => $_->[1]) } grep { $_->[0] >= $from } @events), next_event => $next);
}

# [number, line] each; a torn last line is none.
sub read_events {
    my ($lb) = @_;
    my $bytes = read_file("$lb->{state}/events");
    return map { /\A(\d+) / ? [$1, $_] : () } (defined $bytes ? $bytes : '') =~ /([^\n]*)\n/g;
}

sub put_receipt {
    my ($request) = @_;
    my $lb = open_balancer($request->{env});
    fail(usage => 'a receipt has at most ' . RECEIPT_MAX . ' bytes') if length $request->{body} > RECEIPT_MAX;
    lock_environment($lb);
    my $dir  = "$lb->{state}/receipts";
    make_directory($dir, 0700);
    replace_file("$dir/" . asked($request, 'run'), $request->{body}, 0600);
    my @runs = receipt_runs($dir);
    splice @runs, 0, RECEIPTS;
    remove_file("$dir/$_") for @runs;
}

sub tell_receipt {
    my ($request) = @_;
    my $lb  = open_to_read($request->{env});
    my $run = asked($request, 'run');
    my $receipt = read_file("$lb->{state}/receipts/$run");
    fail(unknown => "no receipt of $run on this host") if !defined $receipt;
    put_block('receipt=', $receipt);
}

sub tell_receipts {
    my ($request) = @_;
    my $lb = open_to_read($request->{env});
    answer(map { (run => $_) } receipt_runs("$lb->{state}/receipts"));
}

# The newest first.
sub receipt_runs {
    my ($dir) = @_;
    opendir my $all, $dir or return;
    my %age = map { $_ => (stat "$dir/$_")[9] } grep { $_ =~ NAME && !/\.new\z/ } readdir $all;
    return sort { $age{$b} <=> $age{$a} || $b cmp $a } keys %age;
}
