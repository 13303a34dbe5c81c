# What our two backends did around a change: a child looks at their counters every few ms, from
# shortly before it to shortly after, so that the change itself is not slowed. The answer says how
# far apart the looks really were.
#
# `stot` grows when a request is given to a backend, `scur` is what it is busy with. Where a look
# fails or a reload begins the counters anew, the answer is silent and the change unharmed.

use constant {
    SAMPLE_MS        => 5,
    SAMPLE_AFTER_MS  => 300,     # how long the counters are watched after the change
    SAMPLES_MAX      => 1000,    # their lines fit into a pipe that nobody reads yet
    SAMPLER_START_MS => 200,     # the first look lies before the change
    SAMPLER_END_S    => 3,
};

# Returns what was seen, as pairs for the answer.
sub make_sampled_change {
    my ($lb, $change, @first) = @_;
    my $sampler = start_sampler($lb);
    my $failed  = make_change($lb, $change, @first);
    my $is_made = !$failed || $failed->{code} eq 'unproven';
    my @samples = end_sampler($sampler, $is_made ? $change->{set_us} : undef) or return;
    return seen_around($lb, $change, @samples);
}

sub start_sampler {
    my ($lb) = @_;
    pipe my $till, my $tell or return;
    pipe my $hear, my $say or return;
    my $pid = fork;
    return if !defined $pid;
    if (!$pid) {
        close $_ for $tell, $hear;
        delete $lb->{lock};    # the helper's; held here it would outlive it
        leave_descriptors(fileno $till, fileno $say);
        take_samples($lb, $till, $say);
        POSIX::_exit(0);
    }
    is_readable($hear, SAMPLER_START_MS);
    return { pid => $pid, tell => $tell, hear => $hear };
}

# Until the other end of the pipe is closed: by the helper, or by its death.
sub take_samples {
    my ($lb, $till, $say) = @_;
    my $command = join ';', map { "show stat $_ 2 -1" } @$lb{qw(blue_backend green_backend)};
    my $due = uptime_us();
    for (1 .. SAMPLES_MAX) {
        my $sample = eval { sample_of(talk($lb->{stats_socket}, $command)) };
        syswrite $say, join(' ', uptime_us(), @$sample) . "\n" if $sample;
        $due += 1000 * SAMPLE_MS;
        my $now = uptime_us();
        $due = $now if $due < $now;
        last if is_readable($till, ($due - $now) / 1000);
    }
}

# [blue stot, blue scur, green stot, green scur]
sub sample_of {
    my ($raw) = @_;
    return [map { my ($row) = rows_of($_, qr/^# (pxname,.*)$/m, qr/,/); @$row{qw(stot scur)} } split_answers($raw)];
}

sub end_sampler {
    my ($sampler, $set_us) = @_;
    return if !$sampler;
    my $rest_us = defined $set_us ? $set_us + 1000 * SAMPLE_AFTER_MS - uptime_us() : 0;
    nap($rest_us / 1000) if $rest_us > 0;
    close $sampler->{tell};
    my $text = eval {
        within(SAMPLER_END_S, haproxy => 'the samples are late', sub { local $/; readline $sampler->{hear} });
    };
    kill KILL => $sampler->{pid} if !defined $text;
    waitpid $sampler->{pid}, 0;
    return defined $set_us && defined $text ? map { [split / /] } split /\n/, $text : ();
}

# Times are from HAProxy's answer to the change, and those of the look that saw it first.
sub seen_around {
    my ($lb, $change, @samples) = @_;
    my ($asked_us, $set_us) = @$change{qw(asked_us set_us)};
    my ($base) = reverse grep { $samples[$_][0] <= $asked_us } 0 .. $#samples;
    return if !defined $base || $samples[-1][0] <= $set_us;
    my ($blue, $green) = (1, 3);
    my ($old, $new) = $change->{to} > $change->{from} ? ($blue, $green) : ($green, $blue);
    for my $i (1 .. $#samples) {
        return if grep { $samples[$i][$_] < $samples[$i - 1][$_] } $old, $new;    # another worker counts
    }
    my $proof_us = proof_by($lb, $change, $new);
    my ($first) = grep {
        my $ours = $samples[$_][0] >= $proof_us ? 1 : 0;
        $samples[$_][$new] - $samples[$base][$new] > $ours;
    } $base .. $#samples;
    my ($last)  = reverse grep { $samples[$_][$old] > $samples[$_ - 1][$old] } 1 .. $#samples;
    return (
        sample_ms    => sample_ms(@samples),
        first_new_us => defined $first ? highest(0, $samples[$first][0] - $set_us) : undef,
        last_old_us  => defined $last && $change->{to} =~ /\A(?:0|100)\z/ ? $samples[$last][0] - $set_us : undef,
        old_sessions => $samples[-1][$old + 1],
    );
}

# From when on one of the new colour's requests may be the helper's own. Where nobody knows who
# answered that, it may.
sub proof_by {
    my ($lb, $change, $new) = @_;
    my $never = 9e15;
    my $by = $change->{answered_by};
    my $backend = $lb->{ $new == 1 ? 'blue_backend' : 'green_backend' };
    return defined $change->{proof_us} && (!defined $by || $by eq $backend) ? $change->{proof_us} : $never;
}

# The median of what lay between two looks.
sub sample_ms {
    my (@samples) = @_;
    my @apart = sort { $a <=> $b } map { $samples[$_][0] - $samples[$_ - 1][0] } 1 .. $#samples;
    return highest(1, int($apart[@apart / 2] / 1000 + 0.5));
}
