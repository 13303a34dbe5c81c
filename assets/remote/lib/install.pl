# A configuration is installed, and HAProxy reloads: believed only when the master has a new worker
# that answers. What failed leaves the old file and the old worker, and says so.

use constant {
    RELOAD_S       => 20,    # a big configuration loads for seconds
    RELOAD_LOOK_MS => 20,
    MASTER_AGAIN_S => 10,    # while it reads its configuration it answers nobody
};

sub install_config {
    my ($request) = @_;
    my ($lb, $change) = begin_change($request, 'config-install') or return;
    my ($old, $new) = (read_config($lb), $request->{body});
    @$change{qw(from to)} = map { sha256_of($_) } $old, $new;
    my $from = asked($request, 'from_sha256');
    fail(conflict => "$lb->{config_file} is not the file that was looked at", config_sha256 => $change->{from})
        if $from ne $change->{from};
    $change->{from_written} = (stat $lb->{config_file})[9];
    change_config($lb, $change, $new,
        sub { keep_config($lb, $change, $old, $change->{from}) },
        sub { keep_config($lb, $change, $new, $change->{to}) },
        sub { save_servers($lb) },
        sub { write_config($lb, $new) },
    );
    answer_outcome($change);
}

sub reload {
    my ($request) = @_;
    my ($lb, $change) = begin_change($request, 'reload') or return;
    my $bytes = read_config($lb);
    @$change{qw(from to)} = (sha256_of($bytes)) x 2;
    change_config($lb, $change, $bytes,
        sub { keep_config($lb, $change, $bytes, $change->{to}) },
        sub { save_servers($lb) },
    );
    answer_outcome($change);
}

sub change_config {
    my ($lb, $change, $bytes, @first) = @_;
    refuse_reload($lb);
    refuse_bad_config($lb, $bytes);
    refuse_taken_ports($lb, $bytes);
    $change->{old_worker}    = ask_master($lb)->{worker_pid};
    $change->{config_sha256} = $change->{to};
    carry_out($lb, $change, sub { take_back_config($lb, $change, @_) },
        @first,
        sub { reload_haproxy($lb, $change) },
        sub { record_config($lb, $change) },
    );
}

# A worker starts from the files: what they hold must be what the running one does.
sub refuse_reload {
    my ($lb) = @_;
    my ($disk, $running) = (read_disk_share($lb), read_running_share($lb));
    fail(conflict => "the share is $disk on disk and $running in HAProxy: a reload would move the traffic;"
        . ' mend it first', disk_share => $disk, runtime_share => $running) if $disk != $running;
    return if !defined $lb->{maintenance_map};
    my $entry = maintenance_entry($lb);
    $disk    = read_disk_entry($entry);
    $running = eval { read_runtime_entry($lb, $entry)->{value} };    # none in a worker without such a map
    fail(conflict => "maintenance is $disk on disk and $running in HAProxy: a reload would change it; set it first")
        if defined $running && $disk != $running;
}

# What the checks know, for the next worker.
sub save_servers {
    my ($lb) = @_;
    return if !defined $lb->{server_state_file};
    my ($state) = ask_haproxy($lb, 'show servers state');
    fail(haproxy => refusal_of($state)) if $state !~ /^# be_id/m;
    replace_file($lb->{server_state_file}, "$state\n", 0644);
}

# HAProxy 2.6 answers nothing to `reload`, and may hang up; so its answer is not asked for.
sub reload_haproxy {
    my ($lb, $change) = @_;
    my $before = ask_master($lb);
    my $began_us = uptime_us();
    eval { talk($lb->{master_socket}, 'reload') };
    my $why;
    while (uptime_us() - $began_us < 1_000_000 * RELOAD_S) {
        my $master = eval { ask_master($lb) };
        $why = $master ? why_not_reloaded($lb, $before, $master) : reason_of($@);
        if (!defined $why) {
            @$change{qw(worker_pid old_workers took_ms)}
                = ($master->{worker_pid}, $master->{old_workers}, int((uptime_us() - $began_us) / 1000));
            return;
        }
        nap(RELOAD_LOOK_MS);
    }
    fail(reload => "no new worker within @{[RELOAD_S]} s: $why");
}

# Fails where it never will be. The new worker must do what the old one did, by the same socket: a
# configuration without our map or our socket would put the traffic out of our reach.
sub why_not_reloaded {
    my ($lb, $before, $master) = @_;
    fail(reload => 'HAProxy could not load the configuration: its log says why')
        if $master->{failed} > $before->{failed};
    return "the worker is still $master->{worker_pid}" if $master->{worker_pid} eq $before->{worker_pid};
    my $share = eval { read_running_share($lb) };
    return reason_of($@) if !defined $share;
    return;
}

# A new worker that cannot be believed goes, too: HAProxy loads the old file once more.
sub take_back_config {
    my ($lb, $change, $failed) = @_;
    return if defined $change->{took_ms};    # it serves: only its record could not be written
    my $is_ours = $change->{to} ne $change->{from};
    my $again = attempt(
        sub { put_old_back($lb, $change) if $is_ours },
        sub { reload_haproxy($lb, {}) if $is_ours && ask_master($lb)->{worker_pid} ne $change->{old_worker} },
    );
    $change->{config_sha256} = $change->{from};
    my $worker = eval { ask_worker($lb) };
    $failed->{message} .=
          $again                                                ? "; taking it back failed too: $again->{message}"
        : $worker && $worker->{Pid} eq $change->{old_worker}    ? '; the old configuration still serves'
        : $is_ours                                              ? '; the old configuration was loaded again'
        :                                                         '; who serves now is not known';
}

sub put_old_back {
    my ($lb, $change) = @_;
    my $is_new = sha256_of(read_config($lb)) eq $change->{to};
    put_back_config($lb, @$change{qw(from from_written)}) if $is_new;
}

# --- cut off

# The file and the worker tell how far it came. A worker that is older than the file has not loaded it.
sub settle_install {
    my ($lb, $change) = @_;
    my $sha256 = sha256_of(read_config($lb));
    if ($sha256 ne $change->{to}) {
        my $why = $sha256 eq $change->{from} ? 'before the file was installed' : 'and the file was changed since';
        return { code => 'reload', message => "cut off, $why" };
    }
    my $failed = settle_reload($lb, $change) or return;
    $failed->{message} .= '; the old file is back';
    return attempt(sub { put_old_back($lb, $change) }) || $failed;
}

sub settle_reload {
    my ($lb, $change) = @_;
    my $master = patiently(sub { ask_master($lb) });
    my $worker = patiently(sub { ask_worker($lb) });
    return { code => 'reload', message => 'cut off before HAProxy had reloaded; the old configuration serves' }
        if $worker->{Pid} eq $change->{old_worker}
        || $change->{verb} eq 'config-install' && is_newer_than_worker($lb, $worker);
    @$change{qw(worker_pid old_workers)} = ($worker->{Pid}, $master->{old_workers});
    return attempt(sub { record_config($lb, $change) });
}

sub patiently {
    my ($ask) = @_;
    my $until = uptime_ms() + 1000 * MASTER_AGAIN_S;
    while (1) {
        my $answer = eval { $ask->() };
        return $answer if $answer;
        die $@ if uptime_ms() > $until;
        nap(RELOAD_LOOK_MS);
    }
}

sub take_back_install {
    my ($lb, $change) = @_;
    my $failed = attempt(sub { put_old_back($lb, $change) });
    return $failed || { code => 'reload', message => 'cut off, and HAProxy does not run; the old file is back' };
}

sub give_up_reload {
    return { code => 'reload', message => 'cut off, and HAProxy does not run' };
}
