# bootstrap: sudoers lines and systemd units.

use constant {
    SUDOERS => '/etc/sudoers.d/bgconsole',
    SYSTEMD => '/run/systemd/system',
    UNITS   => '/etc/systemd/system',
    OURS    => '# Written by bgconsole\'s bootstrap',
};

# Our one line per user and helper; the file is checked before it can break sudo.
sub allow_by_sudo {
    my ($user, $helper) = @_;
    my $line = qq{$user ALL=(root) NOPASSWD: $helper ""};
    my $text = read_file(SUDOERS);
    $text = OURS . ": helpers, no arguments.\n" if !defined $text;
    return there("the right of $user to run $helper") if grep { $_ eq $line } split /\n/, $text;
    fail(env => 'sudo is not installed: apt-get install sudo') if !-d dirname(SUDOERS);
    replace_file(SUDOERS . '.new-check', "$text$line\n", 0440);    # sudo reads no name with a dot
    my ($status, undef, $last) = run_command(10, 'visudo', '-c', '-q', '-f', SUDOERS . '.new-check');
    unlink SUDOERS . '.new-check';
    fail(conflict => "visudo refused the line '$line': $last") if $status != 0;
    replace_file(SUDOERS, "$text$line\n", 0440);
    did("allowed $user to run $helper");
}

# At boot, before HAProxy: what was cut off is ended. `assemble` puts the unit's text in here.
sub install_recover_unit {
    my ($helper) = @_;
    return skipped("no systemd: have $helper recover run at boot, before HAProxy") if !-d SYSTEMD;
    install_file(UNITS . '/bgc-recover.service', recover_unit(), 0644);
    enable_unit('bgc-recover.service');
}

# The application's unit: ours where the settings say what it runs; an operator's own is left alone.
sub install_app_unit {
    my ($conf, $start) = @_;
    my $unit = $conf->{unit};
    my $path = UNITS . "/$unit";
    return skipped("no systemd: $unit is not written") if !-d SYSTEMD;
    my $there = read_file($path);
    return there("$path, which is your own") if defined $there && index($there, OURS) != 0;
    if (!defined $start) {
        return there($path) if unit_says('cat', $unit) == 0;
        return could_not("find $unit", 'write it, or set [app] unit_start and bootstrap again');
    }
    my $text = app_unit($conf, $start);
    return there($path) if defined $there && $there eq $text;
    install_file($path, $text, 0644);
    unit_says('daemon-reload') == 0 or fail(disk => 'systemctl daemon-reload failed');
    enable_unit($unit);
}

sub app_unit {
    my ($conf, $start) = @_;
    $start =~ s/%/%%/g;
    return OURS . <<"UNIT";
; to change it, change [app] unit_start.
[Unit]
Description=$conf->{app_dir}, deployed by bgconsole
After=network.target

[Service]
User=$conf->{user}
WorkingDirectory=$conf->{app_dir}/current
EnvironmentFile=-$conf->{app_dir}/shared/environment
ExecStart=$start
Restart=on-failure
KillMode=mixed
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
UNIT
}

sub enable_unit {
    my ($unit) = @_;
    return there("$unit at boot") if unit_says('is-enabled', $unit) == 0;
    unit_says('enable', $unit) == 0 or fail(disk => "systemctl enable $unit failed");
    did("enabled $unit");
}

sub unit_says {
    my ($status) = run_command(30, 'systemctl', '--quiet', @_);
    return $status;
}
