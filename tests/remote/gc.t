#!/usr/bin/perl
# bgc-host gc: old runs and releases go, and what is needed stays. And two environments on one host,
# which know nothing of each other.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $host = install_helper('bgc-host');

sub environment {
    my ($env) = @_;
    my $app = "$dir/$env";
    mkdir "$app$_" for '', qw(/releases /shared /shared/run);
    write_file("$dir/etc/$env.conf", "app_dir=$app\nuser=root\n");
    return $app;
}

my $app   = environment('shop');
my $state = "$app/.bgconsole";
my $seq   = 0;

sub start_job {
    my ($env, $run, $script, @more) = @_;
    my %with = (epoch => 1, seq => ++$seq, limit_s => 60, idle_s => 60, @more);
    return ask($host, 'start', env => $env, run => $run, step => 'build', %with, body => "#!/bin/sh\n$script");
}

sub release {
    my ($name, $age_s, $whole) = @_;
    mkdir "$app/releases/$name";
    write_file("$app/releases/$name/file", 'x' x 10_000);
    write_file("$app/releases/$name/.bgconsole-ok", '') if $whole;
    utime time - $age_s, time - $age_s, "$app/releases/$name";
    return $name;
}

sub gc { return ask($host, 'gc', env => 'shop', @_) }
sub removed { my ($answer) = @_; return join '|', @{ $answer->{all}{removed} || [] } }
sub left { return join ' ', sort map { s{.*/}{}r } glob "$app/releases/*" }

# --- releases

is(removed(gc()) . gc()->{end}, 'ok', 'nothing to remove');
my @whole = map { release("2026010${_}T000000Z-abcdef$_", 9999, 1) } 1 .. 7;
my $half  = release('20260108T000000Z-abcdef8', 3700, 0);
my $young = release('20260109T000000Z-abcdef9', 60, 0);
mkdir "$app/releases/not-ours";
symlink "releases/$whole[0]", "$app/current";    # after a way back: the oldest is what runs
write_file("$app/shared/run/before", "releases/$whole[1]\n");
ask($host, 'facts', env => 'shop') for 1 .. 3;    # measures them
my $answer = gc(releases => 3);
is($answer->{end}, 'ok', 'gc: done') or print $answer->{text};
is(removed($answer), "release $half partial -|release $whole[3] ok 16|release $whole[2] ok 16", 'gc: an old half-made release, and whole ones beyond the kept number');
is(left(), join(' ', sort(@whole[0, 1, 4, 5, 6], $young, 'not-ours')), 'gc: what runs stays, what ran before it, a young half-made one, and what is not ours');
is(scalar(() = glob "$state/gone/*"), 0, 'gc: they are off the disk');
is(removed(gc(releases => 3)), '', 'gc: a second time there is nothing to do');
unlink "$app/shared/run/before";
is(removed(gc(releases => 1)), "release $whole[5] ok 16|release $whole[4] ok 16|release $whole[1] ok 16", 'gc: with no word of what ran before, the newest other one stays');

mkdir "$state/gone/left-over";
start_job('shop', 'building', 'echo begun; until [ -e go ]; do sleep 0.05; done');
utime 1, 1, "$app/releases/$young";
is(removed(gc(releases => 1, partial_s => 0)), '', 'gc: while a job runs no release goes');
write_file("$app/go", '');
ask($host, 'follow', env => 'shop', run => 'building', step => 'build');
is(removed(gc(partial_s => 0)), "release $young partial -", 'gc: after it they do');
ok(!-e "$state/gone/left-over", 'gc: what was cut off before is ended');

# --- a current that is a directory

unlink "$app/current";
mkdir "$app/current";
like(ask($host, 'facts', env => 'shop')->{trouble}, qr{/current is a directory and not a link: move it away}, 'facts: a current that is a directory');

# --- runs

start_job('shop', "old$_", 'true', follow => 1) for 1 .. 3;
start_job('shop', 'big', 'head -c 300000 /dev/zero', follow => 1);
utime time - 1000 + $_, time - 1000 + $_, "$state/jobs/old$_" for 1 .. 3;
$answer = gc(runs => 3);
is(removed($answer), 'run old2 1|run old1 1', 'gc: runs beyond the kept number, and how many KB each was');
start_job('shop', 'last', 'until [ -e stop ]; do sleep 0.05; done');
utime 1, 1, "$state/jobs/last";
$answer = gc(runs => 1, runs_kb => 10);
ok(-d "$state/jobs/last", 'gc: a run whose job is running stays, however old it looks');
ok(!-d "$state/jobs/old3", 'gc: the bound of their size holds');
write_file("$app/stop", '');
is(ask($host, 'follow', env => 'shop', run => 'last', step => 'build')->{rc}, 0, 'gc: and its job ends well');
is(gc(runs => 0)->{end}, 'usage', 'gc: to keep none is no wish');

start_job('shop', "many$_", 'true', follow => 1) for 1 .. 22;
my @runs = glob "$state/jobs/*";
is(scalar @runs, 21, 'a start keeps the 20 newest runs beside its own');
ok(-d "$state/jobs/many22", 'with the newest');

# --- two environments on one host

my $other = environment('blog');
start_job('shop', 'mine', 'until [ -e free ]; do sleep 0.05; done', epoch => 50);
$answer = start_job('blog', 'mine', 'echo beside; pwd', follow => 1);
is("$answer->{rc} $answer->{log}", "0 beside\n$other\n", 'another environment runs its job meanwhile, under the same names');
is(start_job('shop', 'second', 'true')->{end}, 'stale', 'in the first one a lower pair is refused');
is(start_job('blog', 'second', 'true', follow => 1)->{end}, 'ok', 'and in the other one it is not');
is(start_job('shop', 'second', 'true', epoch => 51)->{end}, 'running', 'in the first one a second job is refused');
is(ask($host, 'gc', env => 'blog', runs => 1)->{end}, 'ok', 'gc of the other one');
is(ask($host, 'status', env => 'shop', run => 'mine', step => 'build')->{running}, 1, 'does not touch the first one');
is(ask($host, 'cancel', env => 'blog', run => 'second', step => 'build')->{end}, 'ok', 'nor does a cancel');
is(ask($host, 'status', env => 'shop', run => 'mine', step => 'build')->{running}, 1, 'its job still runs');
write_file("$app/free", '');
is(ask($host, 'follow', env => 'shop', run => 'mine', step => 'build')->{rc}, 0, 'and ends well');

done();
