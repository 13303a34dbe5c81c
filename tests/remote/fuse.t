#!/usr/bin/perl
# bgc-lb: the fuse of a switch, against a real HAProxy: armed, extended, confirmed, fired, held,
# and its guard killed. A deadline is brought near by changing the record.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;
use Time::HiRes qw(sleep);

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
my ($state, $map) = ("$dir/lib/shop", "$dir/traffic.map");
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
my $seq = 0;

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub status { return lb('status') }

# The next change of run r.
sub change {
    my ($verb, @more) = @_;
    $seq = status()->{seq} || 0;
    $seq++;
    return lb($verb, run => 'r', epoch => 1, seq => $seq, nonce => "$verb-$seq", @more);
}

sub switch { my ($from, $to, @more) = @_; return change('switch', from => $from, to => $to, @more) }

sub shares { my $now = status(); return "$now->{disk_share} $now->{runtime_share}" }

sub fuse { my $now = status(); return join ' ', map { defined $now->{$_} ? $now->{$_} : '-' } qw(fuse fuse_to) }

sub guard { my ($pid) = (slurp("$state/guard") || '') =~ /(\d+)/; return $pid }

sub is_alive { return kill 0 => $_[0] }

# Milliseconds from now.
sub bring_near {
    my ($ms) = @_;
    my $deadline = ($ms ? status()->{uptime_ms} + $ms : 1);
    my $text = slurp("$state/fuse");
    $text =~ s/^deadline_ms=.*$/deadline_ms=$deadline/m or die "no deadline in $text";
    write_file("$state/fuse.test", $text);
    rename "$state/fuse.test", "$state/fuse";
}

sub is_up { my ($name) = @_; return talk_to("$dir/stats.sock", 'show servers state') =~ / \Q$name\E \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 / }

eventually(sub { is_up('web-blue-1') && is_up('web-green-1') }) or die 'HAProxy never checked its servers';

# --- armed, and its guard

is(status()->{fuse}, 'none', 'no fuse');
is(switch(0, 5, fuse_s => $_)->{end}, 'usage', "fuse_s=$_: usage") for 4, 86_401;
is(switch(0, 5, fuse_s => 600)->{end}, 'ok', 'a first step with a fuse');
my $now = status();
is("$now->{fuse} $now->{fuse_to} $now->{fuse_seq}", "armed 0 $seq", 'armed, back to 0');
ok($now->{fuse_left_ms} > 500_000 && $now->{fuse_left_ms} <= 600_000, "in $now->{fuse_left_ms} ms");
my $guard = guard();
ok(is_alive($guard), 'its guard lives');
my @stat = split ' ', slurp("/proc/$guard/stat") =~ s/.*\)//r;
ok($stat[3] != POSIX::getpgrp() && $stat[1] == 1, 'a session of its own, a child of nobody');
my @open = sort map { readlink } glob "/proc/$guard/fd/*";
is("@open", "/dev/null /dev/null /dev/null $state/guard", 'nothing open but its own lock');

is(switch(5, 100, fuse_s => 600)->{end}, 'ok', 'a second step');
is(fuse(), 'armed 0', 'still back to the share before the run');
is(guard(), $guard, 'by the same guard');

# --- extended, confirmed

is(lb('extend', epoch => 1, seq => $seq - 1, fuse_s => 900)->{end}, 'stale', 'extend with a pair of the past: stale');
$now = lb('extend', epoch => 1, seq => $seq, fuse_s => 900);
ok($now->{fuse_left_ms} > 800_000, 'extended');
is(change('finish')->{end}, 'ok', 'finish');
is(lb('finish', epoch => 1, seq => $seq, nonce => "finish-$seq")->{repeated}, 1, 'finish, asked again: the recorded outcome');
is(fuse(), 'none -', 'the fuse is gone');
ok(eventually(sub { !is_alive($guard) }), 'and its guard');
is(shares(), '100 100', 'the share stays');
is(change($_)->{end}, 'conflict', "$_ without a fuse: conflict") for qw(finish revert);
is(lb('extend', epoch => 1, seq => $seq, fuse_s => 900)->{end}, 'conflict', 'extend without a fuse: conflict');

# --- a fuse with nothing left to take back

switch(100, 0, fuse_s => 600);
is(switch(0, 100)->{end} . ' ' . fuse(), 'ok none -', 'switched back by hand: no fuse is left');
mkdir "$map.new";
is(switch(100, 0, fuse_s => 600)->{end} . ' ' . fuse(), 'disk none -', 'a switch that failed leaves no fuse');
rmdir "$map.new";
mkdir "$state/fuse.new";
is(switch(100, 0, fuse_s => 600)->{end} . ' ' . shares(), 'disk 100 100', 'no fuse, no switch');
rmdir "$state/fuse.new";

# --- reverted on request

switch(100, 0, fuse_s => 600);
$now = change('revert');
is("$now->{end} $now->{from} $now->{to} $now->{answered_by} " . shares(), 'ok 0 100 green_backend 100 100', 'revert');
is(fuse(), 'none -', 'and no fuse is left');

# --- fired

switch(100, 0, fuse_s => 600);
bring_near();
ok(eventually(sub { slurp($map) eq "green_share 100\n" }), 'the deadline has come, and nobody asks: reverted');
ok(eventually(sub { fuse() eq 'fired 100' }), 'status: fired');
is(shares(), '100 100', 'disk and HAProxy');
$now = status();
is("$now->{seq} $now->{nonce} $now->{outcome} $now->{intent}", ($seq + 1) . ' fuse-1-' . ($seq + 1) . ' ok none', 'by a pair of its own');
is(lb('finish', epoch => 1, seq => $seq + 1, nonce => 'late')->{end}, 'stale', 'finish comes too late: stale');
is(change('finish')->{end}, 'conflict', 'and with a later pair: conflict');
like(slurp("$state/audit"), qr/who=fuse run=r verb=fuse from=0 to=100 outcome=ok\n/, 'the audit says who');
is(switch(100, 0)->{end} . ' ' . fuse(), 'ok none -', 'the next change forgets it');

# --- held, while the other colour is dead

switch(0, 100, fuse_s => 600);
write_file("$dir/app-$blue->{port}", 500);
eventually(sub { talk_to("$dir/stats.sock", 'show servers state') =~ / web-blue-1 \S+ 0 0 / }) or die;
$now = change('revert');
is("$now->{end}: $now->{message}", 'not_ready: no server of blue_backend is up and checked', 'revert into a dead colour: not_ready');
bring_near();
ok(eventually(sub { fuse() eq 'held 0' }), 'the deadline has come: held');
is(status()->{fuse_held}, 'no server of blue_backend is up and checked', 'and says why');
is(shares(), '100 100', 'nothing has moved');
unlink "$dir/app-$blue->{port}";
ok(eventually(sub { fuse() eq 'fired 0' }), 'it lives again: fired');
is(shares(), '0 0', 'reverted');

# --- the guard is killed

switch(0, 100, fuse_s => 600);
$guard = guard();
kill KILL => $guard;
eventually(sub { !is_alive($guard) });
is(fuse(), 'armed 0', 'killed: the next request finds it');
ok(guard() != $guard && is_alive(guard()), 'and there is a new one');
$guard = guard();
kill KILL => $guard;
eventually(sub { !is_alive($guard) });
bring_near();
is(fuse() . ' ' . shares(), 'fired 0 0 0', 'killed and overdue: the next request reverts');

# --- finish against the fuse, at the same moment: one of them wins, and both agree

my ($apart, %won) = (0);
for (1 .. 8) {
    switch(0, 100, fuse_s => 600);
    my @finish = ('finish', run => 'r', env => 'shop', epoch => 1, seq => $seq + 1, nonce => "race-$seq");
    bring_near(500);
    sleep 0.3 + rand 0.4;
    my $answer = ask($lb, @finish);
    $won{ $answer->{end} eq 'ok' ? 'finish' : 'fuse' }++;
    my $fuse = $answer->{end} eq 'ok' ? 'none -' : 'fired 0';
    my $share = $answer->{end} eq 'ok' ? '100 100' : '0 0';
    $apart++ if fuse() ne $fuse || shares() ne $share;
    switch(100, 0) if $share ne '0 0';
}
is($apart, 0, 'finish against the fuse (' . join(', ', map { "$_ $won{$_}" } sort keys %won) . ')');

# --- a lease that was taken over: its holder has the fuse

is(lb('acquire', run => 'r', who => 'ann', where => 'office')->{epoch}, 2, 'a lease');
lb('switch', run => 'r', epoch => 2, seq => 1, nonce => 's1', from => 0, to => 100, fuse_s => 600);
is(lb('takeover', run => 'q', who => 'bob', where => 'home', from_epoch => 2)->{epoch}, 3, 'taken over');
is(lb('finish', run => 'r', epoch => 2, seq => 2, nonce => 's2')->{end}, 'stale', 'the old holder cannot finish');
is(lb('extend', epoch => 3, seq => 0, fuse_s => 60)->{end}, 'ok', 'the new one may extend');
is(lb('finish', run => 'q', epoch => 3, seq => 1, nonce => 's3')->{end}, 'ok', 'and finish');
like(slurp("$state/audit"), qr/who=bob\@home run=q verb=finish from=100 to=100 outcome=ok\n/, 'the audit knows them');

done();
