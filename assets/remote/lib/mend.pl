# Drift, mended: what is not as it should be is made so, by one change that says what. It moves no
# traffic to where a switch would not: for that there is the switch.

my %MEND = (
    map    => { needs => 'share', run => \&mend_map },
    server => { needs => 'server', run => \&mend_server },
    config => { needs => '', run => \&mend_config },
);

sub mend {
    my ($request) = @_;
    my $what = asked($request, 'what');
    for my $key (qw(share server)) {
        my ($is_needed, $is_given) = ($key eq $MEND{$what}{needs}, defined asked($request, $key));
        fail(usage => "what=$what needs $key")    if $is_needed && !$is_given;
        fail(usage => "what=$what takes no $key") if $is_given && !$is_needed;
    }
    # What was cut off and fits nothing any more may be what is to be mended.
    my $settle = $what eq 'map' ? \&settle_or_give_up : \&settle_intent;
    my ($lb, $change) = begin_change($request, "mend-$what", $settle) or return;
    $MEND{$what}{run}->($lb, $change, $request);
    answer_outcome($change);
}

sub settle_or_give_up {
    my ($lb) = @_;
    my $failed = attempt(sub { settle_intent($lb) }) or return;
    die $failed if $failed->{code} ne 'conflict';
    $failed->{message} .= '; given up by a mend';
    record_outcome($lb, scalar read_change($lb, 'intent'), $failed);
}

# --- what=map: one entry, on the disk and in HAProxy

sub mend_map {
    my ($lb, $change, $request) = @_;
    fail(conflict => 'method = reload: there is no map to mend; put the file back (what=config), or switch') if by_reload($lb);
    my $entry = traffic_entry($lb);
    my $disk  = eval { read_disk_entry($entry) };
    my ($said) = ask_haproxy($lb, "show map $entry->{map}");
    my @running = values_of($said, $entry->{key});
    $change->{to}   = asked($request, 'share');
    $change->{from} = @running ? join(',', @running) : 'none';
    refuse_whole_map($disk, @running);
    refuse_foreign_share($lb, $change, $disk, @running);
    carry_out($lb, $change, sub { }, mend_map_steps($lb, $change));
}

sub mend_map_steps {
    my ($lb, $change) = @_;
    my $entry = traffic_entry($lb);
    return (
        sub { write_disk_entry($entry, $change->{to}) },
        sub { swap_runtime_map($lb, $entry, $change) },
    );
}

sub refuse_whole_map {
    my ($disk, @running) = @_;
    fail(conflict => "nothing to mend: the share is $disk on disk and in HAProxy; to move it, switch",
        disk_share => $disk, runtime_share => $disk)
        if defined $disk && @running == 1 && $running[0] eq $disk;
}

# The share must be one that stands somewhere; and where HAProxy has a clear one, a colour that would
# get traffic by it needs a server that is up.
sub refuse_foreign_share {
    my ($lb, $change, $disk, @running) = @_;
    my %known = map { $_ => 1 } grep { defined && $_ =~ SHARE } $disk, @running;
    my @known = sort { $a <=> $b } keys %known;
    my $to = $change->{to};
    fail(conflict => "the share $to is neither on disk nor in HAProxy (@known): mend to one of these, then switch",
        disk_share => $disk, entries => scalar @running) if @known && !$known{$to};
    return if @running != 1 || $running[0] !~ SHARE;
    my $why = why_not_back($lb, { from => $running[0], to => $to });
    fail(not_ready => $why) if $why;
}

# Cut off: what was asked for is asked for still.
sub mend_map_again {
    my ($lb, $change) = @_;
    return attempt(mend_map_steps($lb, $change));
}

sub mend_map_on_disk {
    my ($lb, $change) = @_;
    return attempt(sub { write_disk_entry(traffic_entry($lb), $change->{to}) });
}

# --- what=server: ready again, as far as that is ours to say

use constant {
    # of `show servers state`, srv_admin_state: 4 remembers that the configuration says `disabled`,
    # and stays with a server that is ready.
    ADMIN_DISABLED_IN_FILE => 4,
};

sub mend_server {
    my ($lb, $change, $request) = @_;
    my ($server) = @{ $request->{asked}{server} };
    fail(usage => 'what=server takes one server at a time') if @{ $request->{asked}{server} } > 1;
    my $state = admin_state($lb, $server);
    fail(conflict => "nothing to mend: $server is neither in maintenance nor drained") if $state == 0;
    @$change{qw(from to)} = ($state, $server);
    carry_out($lb, $change, sub { },
        sub {
            my ($said) = ask_haproxy($lb, "set server $server state ready");
            fail(haproxy => refusal_of($said)) if $said ne '';
            my $now = admin_state($lb, $server);
            fail(haproxy => "the admin state of $server is still $now") if $now != 0;
        },
    );
}

sub admin_state {
    my ($lb, $server) = @_;
    my ($backend, $name) = split m{/}, $server;
    my @ours = @$lb{qw(blue_backend green_backend)};
    fail(conflict => "$backend is not one of our backends (@ours)") if !grep { $_ eq $backend } @ours;
    my $found = read_servers($lb, $backend)->{$name} or fail(conflict => "HAProxy has no server $server");
    return $found->{srv_admin_state} & ~ADMIN_DISABLED_IN_FILE;
}

sub settle_server {
    my ($lb, $change) = @_;
    return attempt(sub {
        fail(haproxy => 'cut off before HAProxy was told') if admin_state($lb, $change->{to}) != 0;
    });
}

sub give_up_server {
    return { code => 'haproxy', message => 'cut off, and HAProxy does not run' };
}

# --- what=config: the file that the running worker has loaded is put back

sub mend_config {
    my ($lb, $change) = @_;
    my $record = read_config_record($lb);
    my $sha256 = sha256_of(read_config($lb));
    fail(conflict => 'nothing to mend with: no configuration was installed or reloaded from here yet') if !$record;
    my $file = $lb->{config_file};
    fail(conflict => "nothing to mend: $file is the one that was installed") if $record->{sha256} eq $sha256;
    fail(conflict => "the running worker has started since and has loaded $file as it is: install the one you want")
        if !is_workers_file($lb, $record, ask_worker($lb));
    @$change{qw(from to)} = ($sha256, $record->{sha256});
    $change->{config_sha256} = $change->{to};
    carry_out($lb, $change, sub { }, sub { put_back_config($lb, $change->{to}) });
}

sub mend_config_again {
    my ($lb, $change) = @_;
    return attempt(sub { put_back_config($lb, $change->{to}) });
}
