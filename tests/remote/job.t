#!/usr/bin/perl
# bgc-host: jobs that outlive whoever started them, end by themselves, and run once.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;
use Time::HiRes qw(sleep time);

my $host  = install_helper('bgc-host');
my $app   = "$dir/app";
my $state = "$app/.bgconsole";
mkdir $app;
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");

my $seq = 0;

sub start_of {
    my ($run, $script, @more) = @_;
    my %with = (epoch => 1, seq => ++$seq, limit_s => 60, idle_s => 60, body => "#!/bin/sh\n$script", @more);
    my $body = delete $with{body};
    return ('start', env => 'shop', run => $run, step => 'build', %with, body => $body);
}

sub start_job { return ask($host, start_of(@_)) }

sub about {
    my ($verb, $run, @more) = @_;
    return ask($host, $verb, env => 'shop', run => $run, step => 'build', @more);
}

sub ended { my ($run) = @_; return eventually(sub { -e "$state/jobs/$run/build/rc" }) }

# --- one job, from its start to its end

my $answer = start_job('r1', 'echo one; echo two >&2; pwd; exit 3', follow => 1);
is("$answer->{job}; $answer->{end}", 'r1 build; ok', 'start with follow');
is($answer->{log}, "one\ntwo\n$app\n", 'follow: both outputs, in the app\'s directory');
is("$answer->{rc} $answer->{ended}", '3 exit', 'follow: ends with the rc of the script');
like($answer->{elapsed_ms}, qr/\A\d+\z/, 'follow: tells how long it took');
is(slurp("$state/jobs/r1/build/log"), $answer->{log}, 'the log is a file');
like(slurp("$state/jobs/r1/build/rc"), qr/^rc=3$/m, 'the rc is a file');
is(sprintf('%o', (stat $state)[2] & 07777), '700', 'the state is private');

$answer = about('status', 'r1');
is("$answer->{end} $answer->{running} $answer->{rc} $answer->{log_size}", 'ok 0 3 ' . length(slurp("$state/jobs/r1/build/log")), 'status of an ended job');
is(about('follow', 'r1', offset => 4)->{log}, "two\n$app\n", 'follow from an offset');
is(about('follow', 'r1', offset => 999)->{end}, 'usage', 'follow from beyond the end: usage');
is(about('status', 'r0')->{end}, 'unknown', 'no such job: unknown');
is(about('follow', 'r0')->{end}, 'unknown', 'follow of no such job: unknown');
is(start_job('r1', 'echo again', follow => 1)->{log}, "one\ntwo\n$app\n", 'a second start attaches and runs nothing');
is(about('cancel', 'r1')->{rc}, 3, 'cancel of an ended job: its rc');

$answer = start_job('vars', 'printf "%s|" "$BGC_A" "$BGC_B" "${PERL5LIB-none}"; env -0 | sort -z | tr "\\0" "\\n" | grep -o "^[A-Z_0-9]*=" | tr "=\\n" "  "', follow => 1,
    'var.BGC_A' => "two\nlines", 'var.BGC_B' => '$(id) \'"');
like($answer->{log}, qr/\Atwo\nlines\|\$\(id\) '"\|none\|/, 'variables arrive as they are, and no others');
like($answer->{log}, qr/\|BGC_A +BGC_B +(?:GIT_[A-Z_]+ +)*HOME +LANG +PATH +PWD +USER +(_ +)?\z/, 'the environment is made anew');
is(start_job('sig', 'kill -9 $$', follow => 1)->{rc}, 137, 'killed by a signal: 128 and the signal');
is(about('status', 'sig')->{ended}, 'signal', 'killed by a signal: said so');
$answer = ask($host, 'start', env => 'shop', run => 'noshebang', step => 'build', epoch => 1, seq => ++$seq, limit_s => 1, idle_s => 1, body => "echo x\n");
is($answer->{end}, 'usage', 'a script without #!: usage');
is(start_job('nointerpreter', '', body => "#!/nowhere/sh\n")->{end}, 'ok', 'an interpreter that is not there: started');
ended('nointerpreter');
is(about('status', 'nointerpreter')->{rc}, 126, 'an interpreter that is not there: rc 126');

# --- it needs no connection

my ($pid, $in, $out) = start_command($host);
print {$in} request(start_of('alone', "echo begun; until [ -e $dir/go ]; do sleep 0.05; done; echo ended", follow => 1));
$in->flush;
my $line = '';
while (defined($line = <$out>)) { last if $line =~ /begun/ }
kill KILL => $pid;
waitpid $pid, 0;
$answer = about('status', 'alone');
is("$answer->{running} $answer->{end}", '1 ok', 'its starter is killed: the job goes on');
is((split ' ', slurp("/proc/" . (slurp("$state/jobs/alone/build/pid") + 0) . "/stat"))[5] , slurp("$state/jobs/alone/build/pid") + 0, 'it is a session of its own');
my @open = map { readlink } glob '/proc/' . (slurp("$state/jobs/alone/build/pid") + 0) . '/fd/*';
is(scalar(grep { m{\.bgconsole/(?!jobs/alone/build/script)} } @open), 0, 'it holds no lock and no file of the helper');
ok(!-e "$state/jobs/alone/build/rc", 'no rc before the end');

$answer = start_job('other', 'echo no');
is("$answer->{end}: " . ($answer->{job} || ''), 'running: alone build', 'another job meanwhile: running');
like(ask($host, 'facts', env => 'shop')->{job}, qr/\Aalone build running\z/, 'facts: the running job');

my ($follow_pid, $follow_in, $follow_out) = start_command($host);
print {$follow_in} request('follow', env => 'shop', run => 'alone', step => 'build', offset => 0);
close $follow_in;
write_file("$dir/go", '');
my $text = do { local $/; <$follow_out> };
waitpid $follow_pid, 0;
$answer = answer_of($text);
is("$answer->{log}$answer->{rc} $answer->{end}", "begun\nended\n0 ok", 'another connection follows it to its end');

# --- twice at once

my @both = map { my @c = start_command($host); print { $c[1] } request('start', env => 'shop', run => 'twice', step => 'build',
    epoch => 1, seq => 500, limit_s => 60, idle_s => 60, follow => 1, body => "#!/bin/sh\necho ran >>$dir/twice\necho ran\n"); close $c[1]; \@c } 1, 2;
my @answers = map { my $c = $_; my $t = do { local $/; readline $c->[2] }; waitpid $c->[0], 0; answer_of($t) } @both;
is(slurp("$dir/twice"), "ran\n", 'two starts at once run it once');
is(scalar(grep { $_->{attached} } @answers), 1, 'one of them attached');
is(scalar(grep { $_->{log} eq "ran\n" && $_->{rc} eq '0' } @answers), 2, 'both saw it to its end');
$seq = 1000;

# --- limits

$answer = start_job('limit', 'while :; do echo x; sleep 0.1; done', limit_s => 1, follow => 1);
is("$answer->{rc} $answer->{ended}", '124 limit', 'over its limit: 124');
like($answer->{log}, qr/^bgc-host: longer than its limit of 1 s; ending it$/m, 'over its limit: the log says so');
$answer = start_job('idle', 'echo x; sleep 60', idle_s => 1, follow => 1);
is("$answer->{rc} $answer->{ended}", '125 idle', 'silent too long: 125');
$answer = start_job('group', "(trap '' TERM; sleep 60) & trap 'exit 0' TERM; while :; do sleep 0.1; done", limit_s => 1);
my $began = time;
ended('group');
ok(time - $began > 8, 'a process of the group that ignores TERM gets its grace');
is(about('status', 'group')->{rc}, 124, 'and is ended by KILL');
start_job('cancel', 'echo ready; sleep 60');
$answer = about('cancel', 'cancel');
is("$answer->{rc} $answer->{ended} $answer->{end}", '143 cancel ok', 'cancel ends it and waits for the rc');

$answer = start_job('daemon', 'setsid sleep 60 & echo $!', follow => 1);
my ($daemon) = $answer->{log} =~ /(\d+)/;
is("$answer->{rc} " . ($answer->{elapsed_ms} < 5000 ? 'soon' : 'late'), '0 soon', 'a daemon that keeps the pipe does not hold the step');
ok(kill(0, $daemon), 'the daemon lives on');
is(start_job('after', 'echo ok', follow => 1)->{end}, 'ok', 'and holds no lock');
kill TERM => $daemon;

# --- a job whose supervisor was killed

start_job('lost', 'exec sleep 60');
my ($sleeper) = slurp("$state/jobs/lost/build/pid") =~ /(\d+)/;
my ($supervisor) = slurp("/proc/$sleeper/stat") =~ /\) \S (\d+)/;
kill KILL => $supervisor, $sleeper;
$answer = eventually(sub { my $a = about('status', 'lost'); $a->{end} eq 'unknown' && $a });
is("$answer->{end} $answer->{running}", 'unknown 0', 'an end that nobody recorded: unknown');
is(about('follow', 'lost')->{end}, 'unknown', 'follow: unknown');
is(about('cancel', 'lost')->{end}, 'unknown', 'cancel: unknown');
like(ask($host, 'facts', env => 'shop')->{job}, qr/\Alost build unknown\z/, 'facts: unknown');

# --- the fence

is(start_job('low', 'echo x', epoch => 0, seq => 9999)->{end}, 'stale', 'a lower epoch: stale');
is(start_job('low', 'echo x', seq => 3)->{end}, 'stale', 'a lower seq: stale');
is(start_job('high', 'echo x', epoch => 2, seq => 0)->{end}, 'ok', 'a higher epoch with a lower seq: taken');
ended('high');
is(start_job('same', 'echo x', epoch => 2, seq => 0)->{end}, 'ok', 'the same pair: taken');
ended('same');
write_file("$state/fence", "epoch=1\n");
is(start_job('torn', 'echo x', epoch => 3)->{end}, 'state', 'a damaged fence: state');
unlink "$state/fence";

done();
