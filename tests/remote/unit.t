#!/usr/bin/perl
# bgc-unit under a real systemd: bootstrap writes the unit, and the deploy user restarts it by sudo.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my ($cgroups) = map { (split)[1] } grep { (split)[2] eq 'cgroup2' } split /^/, slurp('/proc/mounts');
my $cgroup = "$cgroups/bgconsole-test-$$" if defined $cgroups;
my $machine;    # the unshare
my $init;       # and its child, process 1 in there
my @inside;

skip('only root can boot a systemd')    if $> != 0;
skip('no systemd here')                 if !-x '/lib/systemd/systemd' || !-x '/usr/bin/sudo';
skip('no cgroups for a systemd here')   if !defined $cgroup || !mkdir $cgroup;
boot() or skip('a systemd does not boot here: ' . (slurp("$dir/boot.log") || ''));

sub skip {
    my ($why) = @_;
    $why =~ s/\s+/ /g;
    print "1..0 # skipped: $why\n";
    exit 77;
}

sub boot {
    mkdir "$dir/machine";
    $machine = fork;
    if (!$machine) {
        write_file("$cgroup/cgroup.procs", "$$\n");
        open STDOUT, '>', "$dir/boot.log";
        open STDERR, '>&', \*STDOUT;
        { exec 'unshare', qw(--mount --pid --fork --kill-child --uts --ipc --cgroup), "$FindBin::Bin/lib/systemd-boot", "$dir/machine" }
        POSIX::_exit(127);
    }
    $init = eventually(sub { (slurp("/proc/$machine/task/$machine/children") || '') =~ /(\d+)/ && $1 }) or return 0;
    @inside = ('nsenter', '--target', $init, qw(--mount --pid --uts --ipc --cgroup -- env -C / -u PERL5OPT));
    return eventually(sub { kill(0, $machine) && `@inside systemctl is-active machine.target 2>/dev/null` eq "active\n" });
}

END {
    my $status = $?;
    if ($machine) {
        kill KILL => $init || $machine;
        waitpid $machine, 0;
        eventually(sub { system("find $cgroup -depth -type d -exec rmdir {} + 2>/dev/null"); !-d $cgroup });
    }
    $? = $status;
}

sub answered {
    my ($bytes, @command) = @_;
    my ($pid, $in, $out) = start_command(@inside, @command);
    local $SIG{PIPE} = 'IGNORE';
    print {$in} $bytes;
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return answer_of(defined $text ? $text : '');
}

my %program = map { $_ => scalar `$assets/remote/assemble $_` } qw(bootstrap bgc-host);

sub bootstrap {
    return answered($program{bootstrap} . request('bootstrap', env => 'shop', role => 'host', user => 'shop-deploy',
        'conf.app_dir' => '/srv/shop', 'conf.unit' => 'shop.service', @_, body => $program{'bgc-host'}), 'perl', '-');
}

sub unit {
    my ($verb) = @_;
    return answered(request($verb, env => 'shop'), qw(setsid runuser -u shop-deploy -- sudo -n /usr/local/sbin/bgc-unit));
}

sub inside { my ($script) = @_; return system(@inside, 'sh', '-c', $script) == 0 }

# --- the unit

my $answer = bootstrap();
is("$answer->{end}: $answer->{could_not}", 'ok: find shop.service', 'no unit, and nothing that it would run: said so');
like($answer->{to_do}, qr/set \[app\] unit_start/, 'and what can be done');

my @start = (unit_start => '/usr/bin/perl server.pl');
$answer = bootstrap(@start);
is($answer->{end}, 'ok', 'bootstrap') or
like($answer->{text}, qr{^did=installed /etc/systemd/system/shop\.service\ndid=enabled shop\.service$}m, 'the unit is written and enabled');
ok(inside('systemd-analyze verify shop.service 2>&1 | grep shop; test $? = 1'), 'systemd has nothing to say against it');
is(join(' ', @{ bootstrap(@start)->{all}{did} || [] }), '', 'a second time there is nothing to do');

# --- its life

inside(q{mkdir -p /srv/shop/releases/one && cd /srv/shop && ln -sfn releases/one current &&
    echo '$SIG{HUP} = sub { }; sleep 1 while 1' >releases/one/server.pl}) or die;
is(unit('status')->{active}, 'inactive', 'status: not started yet');
my $first = unit('start');
is("$first->{active} $first->{sub} $first->{end}", 'active running ok', 'start');
my $again = unit('restart');
is("$again->{active} $again->{end}", 'active ok', 'restart');
ok($again->{main_pid} > 0 && $again->{main_pid} != $first->{main_pid}, 'restart: another process');
is(unit('start')->{main_pid}, $again->{main_pid}, 'start of a unit that runs: the same process');
ok(inside("ps -o user= -p $again->{main_pid} | grep -qx 'shop-de+\\|shop-deploy'"), 'it runs as the deploy user');
ok(inside("test \$(readlink /proc/$again->{main_pid}/cwd) = /srv/shop/releases/one"), 'in the current release');
$answer = unit('reload');
is($answer->{end}, 'unit', 'reload of a unit that has none: said so');
like($answer->{message}, qr/^systemctl reload shop\.service: .*reload/i, 'in systemd\'s own words');
is($answer->{active}, 'active', 'and that it still runs');
is(unit('stop')->{active}, 'inactive', 'stop');

inside(q{echo 'exit 1' >/srv/shop/releases/one/server.pl}) or die;
$answer = unit('restart');
is($answer->{end}, 'unit', 'a program that ends at once is no success');
like($answer->{message}, qr/^shop\.service (is \w+|ended soon) after its restart/, 'and is told');

# --- somebody's own unit

inside(q{printf '[Service]\nExecStart=/bin/sleep 1000\n' >/etc/systemd/system/shop.service && systemctl daemon-reload}) or die;
$answer = bootstrap(@start);
is($answer->{there} . ' ' . join(' ', @{ $answer->{all}{did} || [] }), '/etc/systemd/system/shop.service, which is your own ', 'a unit of the operator\'s own is left alone');
is(unit('restart')->{end}, 'ok', 'and restarted all the same');

done();
