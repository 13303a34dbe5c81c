#!/usr/bin/perl
# bgc-lb where HAProxy's stats socket is hard to come by: all its connections taken, or a level that
# may not do what is asked. Each request ends in words; none waits for ever.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

use constant SLOTS => 10;    # what HAProxy has without `stats maxconn`

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
    'config.maxconn' => "200\n    stats socket $dir/user.sock mode 660 level user",
);
my ($state, $map, $file) = ("$dir/lib/shop", "$dir/traffic.map", "$dir/haproxy.cfg");
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, config_file => $file));
$SIG{ALRM} = sub { die "a request hangs\n" };

my ($seq, $share) = (0, 0);

sub change {
    my ($verb, @more) = @_;
    $seq++;
    alarm 30;    # far above its own deadlines
    my $answer = ask($lb, $verb, env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more);
    alarm 0;
    return $answer;
}

sub status { alarm 30; my $answer = ask($lb, 'status', env => 'shop'); alarm 0; return $answer }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

# --- all connections taken

my $text = slurp($file) =~ s/stats maxconn 50/"stats maxconn " . SLOTS/er;
write_file($file, $text);
is(change('reload')->{end}, 'ok', 'as many connections as HAProxy has by itself');

# Each is served once before the next, so that it has its slot.
my @held;
for (1 .. SLOTS) {
    my $socket = IO::Socket::UNIX->new(Peer => "$dir/stats.sock") or die $!;
    syswrite $socket, "prompt\n";
    my $said = '';
    eventually(sub { sysread $socket, $said, 4096, length $said; $said =~ /> \z/ }) or die 'no prompt';
    push @held, $socket;
}

my $crowded = qr/stats\.sock did not answer within 2 s: HAProxy is stuck, or others hold all connections of this socket \(stats maxconn\)/;
my $answer = status();
is("$answer->{end} $answer->{disk_share} $answer->{master_pid}", "ok 0 $haproxy->{pid}", 'all taken: status tells what it can');
like($answer->{trouble}, $crowded, 'all taken: and why not the rest');
ok(!defined $answer->{runtime_share}, 'all taken: it makes no share up');
is($answer->{config}, 'unknown', 'all taken: nor what the worker has loaded');
for my $case (
    ['switch',      from => 0, to => 100],
    ['mend',        what => 'map', share => 0],
    ['reload'],
) {
    my ($verb, @asked) = @$case;
    $answer = change($verb, @asked);
    is($answer->{end}, 'haproxy', "all taken: $verb is refused");
    like($answer->{message}, $crowded, "all taken: $verb says why");
}
ok(!-e "$state/intent", 'all taken: nothing was begun');
is(slurp($map), "green_share 0\n", 'all taken: nothing was changed');

close shift @held;
ok(eventually(sub { defined status()->{runtime_share} }), 'one is free: status reads HAProxy');
$answer = change('switch', from => 0, to => 100);
is($answer->{end}, 'ok', 'one is free: it switches') or print $answer->{text};
close $_ for @held;

# --- a socket of level user

write_file("$dir/etc/shop.conf", balancer_conf($haproxy, config_file => $file, stats_socket => "$dir/user.sock"));
$answer = status();
is("$answer->{end} $answer->{runtime_share}", 'ok 100', 'level user: status reads');
cli('set server green_backend/web-green-1 state drain');
$answer = change('mend', what => 'server', server => 'green_backend/web-green-1');
is($answer->{end}, 'haproxy', 'level user: a server cannot be set');
like($answer->{message}, qr/Permission denied.*\(the stats socket must be of level admin\)/s, 'level user: and what it needs');
$answer = change('switch', from => 100, to => 0);
if ($answer->{end} eq 'ok') {    # up to 2.6 at least, HAProxy lets every level set a map
    is(slurp($map) . status()->{runtime_share}, "green_share 0\n0", 'level user: where HAProxy lets it switch, it has');
}
else {
    like($answer->{message}, qr/level admin.*the share is 100 as before/s, 'level user: where HAProxy does not, nothing has moved');
}

done();
