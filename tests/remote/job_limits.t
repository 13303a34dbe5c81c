#!/usr/bin/perl
# bgc-host: steps that do what no step should. What they print is bounded and what is missing is
# said, what they leave behind is ended, and none of them is told as a success.
#
# `--long`: a step prints a whole GB.

use strict;
use warnings;
use FindBin;

# In mounts of its own, for the small disks.
BEGIN {
    my @unshare = ('unshare', $> == 0 ? () : ('--user', '--map-root-user'), '--mount');
    if (!grep { $_ eq 'inside' } @ARGV) {
        exec @unshare, $^X, $0, @ARGV, 'inside' if system("@unshare true 2>/dev/null") == 0;
        print "ok 1 - skipped: no namespaces can be made here\n1..1\n1 passed, 0 failed\n";
        exit 0;
    }
}

use lib "$FindBin::Bin/lib";
use Remote;

my $long     = grep { $_ eq '--long' } @ARGV;
my $log_max  = $long ? 62_914_560 : 1_000_000;
my $tail_max = 16_384;
my $host     = install_helper('bgc-host', GRACE_MS => 1000, LOG_MAX => $log_max);
my $app      = "$dir/app";
my $state    = "$app/.bgconsole";
mkdir $app;
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");

my $seq = 0;

sub start_job {
    my ($run, $script, @more) = @_;
    my %with = (limit_s => 120, idle_s => 120, follow => 1, @more);
    return ask($host, 'start', env => 'shop', run => $run, step => 'build', epoch => 1, seq => ++$seq, %with,
        body => "#!/bin/sh\n$script");
}

sub about {
    my ($verb, $run) = @_;
    return ask($host, $verb, env => 'shop', run => $run, step => 'build');
}

sub log_of { return slurp("$state/jobs/$_[0]/build/log") }

# --- more output than anybody reads

my $flood = $long ? 1_073_741_824 : 20_971_520;
my $answer = start_job('flood', "head -c $flood /dev/zero | tr '\\0' x; sed -n 's/^VmHWM:\\s*\\([0-9]*\\) kB/\\1/p' /proc/\$PPID/status >$dir/memory; echo; echo the end of it; exit 3");
is("$answer->{rc} $answer->{ended}", '3 exit', "a flood of $flood bytes: its own rc");
my $left_out = $flood + length("\nthe end of it\n") - $log_max - $tail_max;
is($answer->{left_out}, $left_out, 'a flood: how much was left out is told');
my $log = log_of('flood');
is(index($log, "bgc-host: more than $log_max bytes; of the rest only the end is kept\n"), $log_max + 1, 'a flood: the cut is marked where it is');
like(substr($log, $log_max, 200), qr/^bgc-host: $left_out bytes were left out here$/m, 'a flood: and says how much it is');
like($log, qr/x\nthe end of it\n\z/, 'a flood: its end is kept');
ok(length $log < $log_max + $tail_max + 500, 'a flood: the log is bounded');
ok(length $log < 64 * 1024 * 1024, 'a flood: a console can keep it whole');
is($answer->{log}, $log, 'a flood: who follows reads the file');
is(about('status', 'flood')->{left_out}, $left_out, 'a flood: status tells it too');
chomp(my $memory_kb = slurp("$dir/memory"));
ok($memory_kb < 65_536, "a flood: its supervisor needed $memory_kb kB");
print "counted a step printed $flood bytes; the log has ", length $log, ", its supervisor needed $memory_kb kB\n";

$answer = start_job('brim', "head -c @{[$log_max + 100]} /dev/zero | tr '\\0' x");
is("$answer->{rc} " . ($answer->{left_out} || 'nothing'), '0 nothing', 'a little too much: nothing is left out');

# --- nothing at all

$answer = start_job('silent', 'sleep 60', idle_s => 1);
is("$answer->{rc} $answer->{ended}", '125 idle', 'silent too long: 125');
is($answer->{log}, "bgc-host: silent for more than 1 s; ending it\n", 'silent too long: the log says so');

# --- it will not end

$answer = start_job('deaf', "trap '' TERM; while :; do sleep 0.1; done", limit_s => 1);
is("$answer->{rc} $answer->{ended}", '124 limit', 'it ignores TERM: over its limit');
like($answer->{log}, qr/^bgc-host: still there 1 s after TERM; killing it$/m, 'it ignores TERM: KILL, and the log says so');

$answer = start_job('meek', "trap 'exit 0' TERM; while :; do sleep 0.1; done", follow => 0);
$answer = about('cancel', 'meek');
is("$answer->{rc} $answer->{ended}", '143 cancel', 'cancelled, and ends with 0: no success');

# --- it runs away

my $hidden = "perl -MPOSIX -e 'exit if fork; POSIX::setsid(); exit if fork; POSIX::setsid(); \$SIG{TERM} = q(IGNORE); open my \$f, q(>), q($dir/hidden); print {\$f} \$\$; close \$f; sleep 1 while 1' >/dev/null 2>&1";
start_job('double', "$hidden; echo away; sleep 60", follow => 0);
ok(eventually(sub { (slurp("$dir/hidden") || '') =~ /\d/ }), 'it double-forks into a session of its own');
my $pid = slurp("$dir/hidden");
my ($session) = slurp("/proc/$pid/stat") =~ /\) \S \d+ \d+ (\d+)/;
ok($session != slurp("$state/jobs/double/build/pid"), 'it is out of the job\'s session');
$answer = about('cancel', 'double');
is("$answer->{rc} $answer->{ended}", '143 cancel', 'cancelled: the step has ended');
ok(!kill(0, $pid), 'and so has what ran away, deaf to TERM');

unlink "$dir/hidden";
$answer = start_job('server', "$hidden; until [ -s $dir/hidden ]; do sleep 0.05; done; echo served");
is("$answer->{rc}", 0, 'a step that ends well');
ok(kill(0, slurp("$dir/hidden")), 'leaves its server running');
kill KILL => slurp("$dir/hidden");

# --- the disk is full

system("mount -t tmpfs -o size=512k tmpfs $app") == 0 or die 'no tmpfs';

$answer = start_job('spill', 'head -c 900000 /dev/zero; exit 0');
is("$answer->{rc} $answer->{ended}", '123 disk', 'a log that the disk does not take: 123, though the script ended with 0');
ok($answer->{unwritten} > 300_000, 'how much is missing is told');
is($answer->{unwritten_why}, 'No space left on device', 'and why');
is(about('status', 'spill')->{rc}, 123, 'status tells the same');
is(ask($host, 'facts', env => 'shop')->{job}, 'spill build 123', 'facts tell the same');
$answer = start_job('late', 'echo no');
is("$answer->{end}", 'disk', 'nothing is started where nothing can be written');
like($answer->{message}, qr/No space left on device/, 'and it says why');
is(about('status', 'late')->{end}, 'unknown', 'such a job was never there');

unlink "$state/jobs/spill/build/log";
is(start_job('late', 'echo yes')->{rc}, 0, 'with room again it can be started');

$answer = start_job('fill', "cat /dev/zero >filler; echo unheard; exit 4");
is("$answer->{rc} $answer->{ended}", '4 exit', 'a step that fills the disk: its own rc, though nothing is free');
ok($answer->{unwritten} > 0, 'and that its log is not whole');
unlink "$app/filler";

# More than a pipe holds: there is room again only when a part of it was read, and lost.
$answer = start_job('gap', "echo first; cat /dev/zero >filler 2>/dev/null; head -c 200000 /dev/zero; rm filler; echo last");
is("$answer->{rc} $answer->{ended}", '123 disk', 'a log with a gap: no success');
like($answer->{log}, qr/\Afirst\n.*\nbgc-host: \d+ bytes could not be written here: No space left on device\n\0*last\n\z/s, 'the gap is marked where it is');

system('umount', $app);
done();
