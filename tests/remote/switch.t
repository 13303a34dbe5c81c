#!/usr/bin/perl
# bgc-lb: status and switch, against a real HAProxy in master-worker mode.

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
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check\n    server unwatched 127.0.0.1:$green->{port}",
);
my ($state, $map) = ("$dir/lib/shop", "$dir/traffic.map");
my @blue_up  = (server => 'blue_backend/web-blue-1');
my @green_up = (server => 'green_backend/web-green-1');

# A switch of run r1; the pair is (1, seq), the nonce n<seq>.
sub switch_by {
    my ($seq, $from, $to, @more) = @_;
    return ask($lb, 'switch', env => 'shop', run => 'r1', epoch => 1, seq => $seq, nonce => "n$seq",
        from => $from, to => $to, @more);
}

sub status { return ask($lb, 'status', env => 'shop') }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

sub checked {
    my ($name) = @_;
    return eventually(sub { cli('show servers state') =~ / \Q$name\E \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 / });
}

is(status()->{end}, 'env', 'no configuration: env');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
is(status()->{end}, 'env', 'no state directory: env');
mkdir $state;

# --- status

checked('web-green-1') && checked('web-blue-1') or die 'HAProxy never checked its servers';
my $answer = status();
is($answer->{end}, 'ok', 'status answers');
is("$answer->{disk_share} $answer->{runtime_share} $answer->{entries}", '0 0 1', 'status: shares');
is("$answer->{stopping} $answer->{reloads} $answer->{failed_reloads} $answer->{old_workers}", '0 0 0 0', 'status: worker and master');
is($answer->{master_pid}, $haproxy->{pid}, 'status: the master\'s pid');
is($answer->{intent}, 'none', 'status: no intent');
is($answer->{epoch}, undef || '(nothing)', 'status: nothing recorded yet') if !defined $answer->{epoch};
like($answer->{sha256}, qr/\A[0-9a-f]{64}\z/, 'status: the helper\'s digest');
is($answer->{sha256}, (split ' ', `sha256sum $lb`)[0], 'status: it is the file\'s own');

# --- prepared: all that a switch looks at, and nothing is changed

$answer = switch_by(1, 0, 100, @green_up, prepare => 1);
is($answer->{end}, 'ok', 'prepare: it would switch');
is($answer->{prepared}, 1, 'prepare: and says that it has not');
is(slurp($map), "green_share 0\n", 'prepare: the disk is as it was');
like(cli("show map $map"), qr/ green_share 0\n/, 'prepare: HAProxy is as it was');
ok(!-e "$state/$_", "prepare: there is no $_") for qw(intent state fuse);
is(switch_by(1, 100, 0, prepare => 1)->{end}, 'conflict', 'prepare: not from here: conflict');
is(switch_by(1, 0, 100, server => 'green_backend/unwatched', prepare => 1)->{end}, 'not_ready', 'prepare: not ready');

# --- the change

$answer = switch_by(1, 0, 100, @green_up);
is($answer->{end}, 'ok', 'switch to green');
is("$answer->{from} $answer->{to} $answer->{answered_by} $answer->{answered_status}", '0 100 green_backend 200', 'switch: proven by a request');
ok($answer->{took_us} > 0 && $answer->{took_us} < 60_000_000, "switch: took $answer->{took_us} us");
is(slurp($map), "green_share 100\n", 'switch: the disk follows');
like(cli("show map $map"), qr/ green_share 100\n/, 'switch: HAProxy follows');
ok(!-e "$state/intent", 'switch: no intent is left');
is(sprintf('%o', (stat "$state/state")[2] & 07777), '600', 'switch: the state is private');

my $again = switch_by(1, 0, 100, @green_up);
is($again->{repeated}, 1, 'the same nonce: repeated');
is("$again->{end} $again->{took_us} $again->{worker_pid}", "ok $answer->{took_us} $answer->{worker_pid}", 'the same nonce: the recorded outcome');

# --- refusals, none of which changes anything

is(ask($lb, 'switch', env => 'shop', run => 'r1', epoch => 1, seq => 1, nonce => 'other', from => 100, to => 0)->{end}, 'stale', 'the same pair with another nonce: stale');
is(ask($lb, 'switch', env => 'shop', run => 'r1', epoch => 0, seq => 9, nonce => 'other', from => 100, to => 0)->{end}, 'stale', 'a lower epoch: stale');
$answer = switch_by(2, 0, 100);
is($answer->{end}, 'conflict', 'not what the request expects: conflict');
is("$answer->{disk_share} $answer->{runtime_share}", '100 100', 'conflict: says what was found');

for my $case (
    ['green_backend/unwatched',   'was never checked'],
    ['green_backend/nobody',      'is not in HAProxy\'s backend'],
) {
    my ($server, $why) = @$case;
    $answer = switch_by(2, 100, 0, server => $server);
    is("$answer->{end}: " . ($answer->{server} || ''), "not_ready: $server $why", "not ready: $why");
}
is(switch_by(2, 100, 0, server => 'no_backend/x')->{end}, 'not_ready', 'an unknown backend: not_ready');

cli('set server blue_backend/web-blue-1 state maint');
$answer = switch_by(2, 100, 0, @blue_up);
is("$answer->{end}: $answer->{server}", 'not_ready: blue_backend/web-blue-1 is in maintenance or drained', 'not ready: maintenance');
cli('set server blue_backend/web-blue-1 state ready');
write_file("$dir/app-$blue->{port}", 500);
eventually(sub { cli('show servers state') =~ / web-blue-1 \S+ 0 0 / });
$answer = switch_by(2, 100, 0, @blue_up, @green_up);
is("$answer->{end}: $answer->{server}", 'not_ready: blue_backend/web-blue-1 is DOWN', 'not ready: DOWN');
is(scalar @{ $answer->{all}{server} }, 1, 'not ready: only those that are not');
unlink "$dir/app-$blue->{port}";
# The unwatched one keeps the switch refused, should the other be ready by now.
like(switch_by(2, 100, 0, @blue_up, server => 'green_backend/unwatched')->{all}{server}[0], qr/web-blue-1 (?:is DOWN|has passed \d of 4 checks)|unwatched/, 'not ready: on its way up');
checked('web-blue-1') or die;
is(slurp($map), "green_share 100\n", 'refusals change nothing');

for my $case (
    ["green_share 100\ngreen_share 0\n", 'the key twice'],
    ["\n# nothing\n",                    'no entry'],
    ["green_share 101\n",                'a share above 100'],
    ["green_share abc\n",                'no number'],
) {
    my ($text, $name) = @$case;
    write_file($map, $text);
    is(switch_by(2, 100, 0)->{end}, 'conflict', "disk map with $name: conflict");
    ok(defined status()->{trouble}, "disk map with $name: status says trouble");
}
write_file($map, "green_share 100\n");

cli("clear map $map");
$answer = switch_by(2, 100, 0);
is("$answer->{end} $answer->{entries}", 'conflict 0', 'a cleared map: conflict, no entry');
cli("add map $map green_share 100");
cli("add map $map green_share 0");
$answer = switch_by(2, 100, 0);
is("$answer->{end} $answer->{entries}", 'conflict 2', 'a key twice in HAProxy: conflict');
is(status()->{entries}, 2, 'status counts the entries');
cli("clear map $map");
cli("add map $map green_share 100");

# --- the disk

# A directory where the new file should be: even root cannot write it.
mkdir "$map.new";
$answer = switch_by(3, 100, 0, @blue_up);
is($answer->{end}, 'disk', 'the disk map cannot be written: disk');
is("@{[slurp($map)]}" . status()->{runtime_share}, "green_share 100\n100", 'disk: nothing has moved');
rmdir "$map.new";
is(switch_by(3, 100, 0)->{repeated}, 1, 'disk: the nonce is known');
mkdir "$state/intent.new";
is(switch_by(4, 100, 0)->{end}, 'disk', 'the intent cannot be written: disk');
rmdir "$state/intent.new";

# --- unproven

write_file("$dir/etc/shop.conf", balancer_conf($haproxy, check_address => '127.0.0.1:1'));
$answer = switch_by(5, 100, 0, @blue_up);
is($answer->{end}, 'unproven', 'nobody at the check address: unproven');
is(slurp($map) . status()->{runtime_share}, "green_share 0\n0", 'unproven: the change is made');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
write_file("$dir/app-$green->{port}", 503);
is(switch_by(6, 0, 100)->{end}, 'unproven', 'the new colour answers 5xx: unproven');
unlink "$dir/app-$green->{port}";
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, blue_backend => 'green_backend', green_backend => 'blue_backend'));
like(switch_by(7, 100, 0)->{message}, qr/answered by blue_backend/, 'the wrong backend answers: unproven');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));

# --- an intent that nobody ended

my $cut = "epoch=1\nfrom=0\nnonce=n8\nrun=r1\nseq=8\nstarted_us=1\nto=100\n";
write_file("$state/intent", $cut);
write_file($map, "green_share 100\n");
is(status()->{intent}, 'open', 'a cut-off change: the intent is open');
$answer = switch_by(8, 0, 100);
is("$answer->{end} $answer->{repeated}", 'haproxy 1', 'cut off before HAProxy was told: taken back');
is(slurp($map), "green_share 0\n", 'taken back on the disk');

write_file("$state/intent", $cut =~ s/=8/=9/r =~ s/n8/n9/r);
cli("set map $map green_share 100");
$answer = switch_by(9, 0, 100);
is("$answer->{end} $answer->{repeated} $answer->{answered_by}", 'ok 1 green_backend', 'cut off after HAProxy was told: completed');
is(slurp($map), "green_share 100\n", 'completed on the disk');

write_file("$state/intent", $cut);
cli("set map $map green_share 50");
is(switch_by(10, 50, 0)->{end}, 'conflict', 'cut off, and somebody else moved it: a human decides');
ok(-e "$state/intent", 'the intent stays');
unlink "$state/intent";
cli("set map $map green_share 100");

write_file("$state/state.bak", slurp("$state/state"));
write_file("$state/state", "epoch=1\ngarbage\n");
is(switch_by(10, 100, 0)->{end}, 'state', 'a damaged state file: state');
write_file("$state/state", "epoch=1\n");
like(switch_by(10, 100, 0)->{message}, qr{shop/state has no run}, 'half a state file: said what is missing');
write_file("$state/state", slurp("$state/state.bak"));

# --- a reload: the share lives through it, the worker is another

kill USR2 => $haproxy->{pid};
my $old = status()->{worker_pid};
eventually(sub { (status()->{reloads} || 0) == 1 && status()->{stopping} eq '0' });
checked('web-blue-1') or die;
$answer = status();
is("$answer->{runtime_share} $answer->{disk_share}", '100 100', 'a reload keeps the share');
is(switch_by(11, 100, 25, @blue_up)->{end}, 'ok', 'a switch after a reload, to a split');

# --- reloads all the while

my ($share, $apart, %ends) = (25, 0);
for my $seq (50 .. 69) {
    kill USR2 => $haproxy->{pid};
    sleep rand 0.12;
    my $to = $share == 25 ? 75 : 25;
    $ends{ ask($lb, 'switch', env => 'shop', run => 'r1', epoch => 1, seq => $seq, nonce => "n$seq", from => $share, to => $to)->{end} }++;
    my $now = eventually(sub { my $now = status(); defined $now->{runtime_share} && defined $now->{old_workers} && $now->{old_workers} eq '0' && $now });
    $apart++ if $now->{runtime_share} != $now->{disk_share} || $now->{intent} ne 'none';
    $share = $now->{disk_share};
}
is($apart, 0, 'reloads all the while: disk and HAProxy agree (' . join(', ', map { "$ends{$_} $_" } sort keys %ends) . ')');

# --- killed at any moment: the next request finds one share, on disk and in HAProxy

my ($torn, %how) = (0);
for my $seq (100 .. 139) {
    my $to = $share == 25 ? 75 : 25;
    my @change = ('switch', env => 'shop', run => 'r1', epoch => 1, seq => $seq, nonce => "n$seq", from => $share, to => $to);
    my ($pid, $in) = start_command($lb);
    print {$in} request(@change);
    close $in;
    sleep 0.02 + rand 0.06;
    kill KILL => $pid;
    waitpid $pid, 0;
    my $again = ask($lb, @change);
    my $now = status();
    $torn++ if $now->{disk_share} != $now->{runtime_share} || $now->{intent} ne 'none';
    $torn++ if $again->{end} eq 'ok' && $now->{disk_share} != $to;
    $torn++ if $again->{end} ne 'ok' && $now->{disk_share} != $share;
    $how{ ($again->{repeated} ? 'after the intent, ' : 'before it, ') . $again->{end} }++;
    $share = $now->{disk_share};
}
is($torn, 0, 'killed at any moment (' . join('; ', map { "$how{$_} $_" } sort keys %how) . ')');
ask($lb, 'switch', env => 'shop', run => 'r1', epoch => 1, seq => 140, nonce => 'n140', from => $share, to => 25) if $share != 25;

# --- a check is under way, as it is nearly always where the app answers slowly

write_file("$dir/app-$green->{port}", '200 0.3');
eventually(sub { cli('show servers state') =~ / web-green-1 \S+ 2 0 \d+ \d+ \d+ \d+ 0 4 7 / }) or die 'no check is slow';
is(switch_by($_, $_ % 2 ? (25, 50) : (50, 25), @green_up)->{end}, 'ok', "under way: it counts as checked ($_)") for 141 .. 146;
unlink "$dir/app-$green->{port}";

# --- the lock

open my $lock, '+>', "$state/lock" or die;
flock $lock, 2;
is(switch_by(150, 25, 0)->{end}, 'busy', 'the lock is held elsewhere: busy');
close $lock;

# --- HAProxy away

kill STOP => status()->{worker_pid};
$answer = switch_by(150, 25, 0);
is($answer->{end}, 'haproxy', 'a worker that does not answer: haproxy');
kill CONT => (split ' ', `pgrep -P $haproxy->{pid}`)[0];
end_process($haproxy->{pid});
$answer = switch_by(150, 25, 0);
is($answer->{end}, 'haproxy', 'no HAProxy: haproxy');
is(slurp($map), "green_share 25\n", 'no HAProxy: the disk is as it was');
$answer = status();
is("$answer->{end} $answer->{disk_share} " . ($answer->{runtime_share} || '-'), 'ok 25 -', 'no HAProxy: status says what it knows');
is(scalar @{ $answer->{all}{trouble} }, 2, 'no HAProxy: and what it does not');

done();
