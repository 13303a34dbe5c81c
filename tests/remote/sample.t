#!/usr/bin/perl
# bgc-lb switch: what it tells of the requests around the change, against a real HAProxy and clients.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;
use Time::HiRes qw(sleep);

my $lb = install_helper('bgc-lb');
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
mkdir "$dir/lib/shop";
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));

my ($seq, $share) = (0, 0);

sub switch_to {
    my ($to, @more) = @_;
    $seq++;
    my $answer = ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq",
        from => $share, to => $to, @more);
    $share = $to if $answer->{end} =~ /\A(?:ok|unproven)\z/;
    return $answer;
}

# A client that asks again and again, as fast as it is answered or each so many seconds.
sub start_client {
    my ($pause_s, $path) = @_;
    my $pid = fork;
    return $pid if $pid;
    $SIG{TERM} = 'DEFAULT';
    while (1) {
        get($path || '/');
        sleep $pause_s if $pause_s;
    }
}

sub get {
    my ($path) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $haproxy->{port}) or return '';
    print {$socket} "GET $path HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
    local $/;
    return scalar <$socket>;
}

# --- nobody asks anything

my $answer = switch_to(100);
is($answer->{end}, 'ok', 'a quiet switch');
ok(defined $answer->{sample_ms} && $answer->{sample_ms} >= 1 && $answer->{sample_ms} < 1000, 'quiet: the interval of the samples');
ok(!defined $answer->{first_new_us}, 'quiet: the helper\'s own request is not the first one') or print $answer->{text};
ok(!defined $answer->{last_old_us}, 'quiet: no last one');
is($answer->{old_sessions}, 0, 'quiet: no session is left');

# --- clients

my @clients = map { start_client() } 1 .. 2;
eventually(sub { get('/') =~ / 200 / });
$answer = switch_to(0);
ok(defined $answer->{first_new_us} && $answer->{first_new_us} >= 0 && $answer->{first_new_us} < 300_000,
    'clients: when the new colour had its first request') or print $answer->{text};
ok(defined $answer->{last_old_us} && $answer->{last_old_us} < $answer->{first_new_us} + 300_000,
    'clients: when the old one had its last');
ok(defined $answer->{sample_ms}, "clients: each $answer->{sample_ms} ms");

$answer = switch_to(25);
ok(defined $answer->{first_new_us}, 'a canary step: the first on the new colour');
ok(!defined $answer->{last_old_us}, 'a canary step: the old colour has no last one');
my $again = ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from => 0, to => 25);
is("$again->{end} $again->{repeated}", 'ok 1', 'the same nonce is still answered');
ok(slurp("$dir/lib/shop/state") !~ /_us=\d{13}|sample|proof/, 'and its record holds no samples');
switch_to(0);
end_process($_) for @clients;

# --- a request that the old colour is still busy with

eventually(sub { talk_to("$dir/stats.sock", 'show stat blue_backend 2 -1') =~ /^blue_backend,BACKEND,\d+,\d+,0,/m }) or die 'the clients never ended';
write_file("$dir/app-$blue->{port}", '200 60');
my $slow = start_client(60);
eventually(sub { talk_to("$dir/stats.sock", 'show stat blue_backend 4 -1') =~ /^blue_backend,web-blue-1,\d+,\d+,1,/m }) or die 'nothing is slow';
$answer = switch_to(100);
is($answer->{old_sessions}, 1, 'busy: one session is left on the old colour');
unlink "$dir/app-$blue->{port}";
end_process($slow);
eventually(sub { talk_to("$dir/stats.sock", 'show servers state blue_backend') =~ / web-blue-1 \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 / }) or die 'blue never came back';

# --- revert tells the same; a fuse that is armed starts no second sampler

switch_to(0);
$answer = switch_to(100, fuse_s => 600);
ok(defined $answer->{sample_ms}, 'with a fuse: sampled too');
$seq++;
$answer = ask($lb, 'revert', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq");
is("$answer->{end} $answer->{to}", 'ok 0', 'reverted');
ok(defined $answer->{sample_ms}, 'revert: sampled');
$share = 0;

# --- it harms nothing: a helper that is killed leaves no sampler, and no lock

install_helper('bgc-lb', SAMPLE_AFTER_MS => 60_000);    # it is killed before its end
my ($pid, $in) = start_command($lb);
$seq++;
print {$in} request('switch', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from => 0, to => 100);
close $in;
my $children = sub { return grep { (slurp($_) || '') =~ /^\d+ \(\S+\) \S $pid / } glob '/proc/[0-9]*/stat' };
my @samplers;
eventually(sub { @samplers = map { m{(\d+)/stat} } $children->() });
kill KILL => $pid;
waitpid $pid, 0;
ok(@samplers && eventually(sub { !grep { -e "/proc/$_" } @samplers }), 'killed: its sampler ends too');
$answer = ask($lb, 'recover', env => 'shop');
is($answer->{end}, 'ok', 'killed: the lock is free');
$share = $answer->{disk_share};

# Counters that begin anew are another worker's, or somebody's `clear counters all`.
my $clearer = fork;
if (!$clearer) {
    $SIG{TERM} = 'DEFAULT';
    while (1) { get('/'); talk_to("$dir/stats.sock", 'clear counters all') }
}
eventually(sub { talk_to("$dir/stats.sock", 'show info') });
$answer = switch_to($share ? 0 : 100);
is($answer->{end}, 'ok', 'counters that are cleared all the while: the switch is unharmed');
ok(!defined $answer->{sample_ms}, 'and nothing is told of them') or print $answer->{text};
end_process($clearer);

done();
