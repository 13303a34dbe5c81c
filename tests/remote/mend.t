#!/usr/bin/perl
# bgc-lb mend: each drift ended by one change, and what does not apply refused in words.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check\n    server spare 127.0.0.1:$green->{port} check disabled",
);
my ($state, $map) = ("$dir/lib/shop", "$dir/traffic.map");
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, config_file => "$dir/haproxy.cfg"));

my $seq = 0;

sub mend {
    my (@what) = @_;
    $seq++;
    return ask($lb, 'mend', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @what);
}

sub status { return ask($lb, 'status', env => 'shop') }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

sub is_checked { return 2 == (() = cli('show servers state') =~ / web-\S+-1 \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 /g) }

# "disk runtime" where both hold exactly one line.
sub shares {
    my ($disk)    = (slurp($map) || '') =~ /\Agreen_share (\d+)\n\z/;
    my @running   = cli("show map $map") =~ /^0x\S+ (.*)$/mg;
    my ($running) = "@running" =~ /\Agreen_share (\d+)\z/;
    return join ' ', map { defined $_ ? $_ : '-' } $disk, $running;
}

eventually(\&is_checked) or die 'HAProxy never checked its servers';

# --- what=map

my $answer = mend(what => 'map', share => 0);
is("$answer->{end}: $answer->{message}", 'conflict: nothing to mend: the share is 0 on disk and in HAProxy; to move it, switch', 'a whole map');

for my $case (
    ['a cleared map',            sub { cli("clear map $map") }],
    ['a duplicated key',         sub { cli("add map $map green_share 100") }],
    ['another key beside it',    sub { cli("clear map $map"); cli("add map $map green 1") }],
    ['a value that is none',     sub { cli("clear map $map"); cli("add map $map green_share many") }],
    ['an emptied file',          sub { write_file($map, '') }],
    ['a file of garbage',        sub { write_file($map, "\0\xff green_share\n\n101\n") }],
    ['a file with the key twice', sub { write_file($map, "green_share 0\ngreen_share 100\n") }],
    ['a file that is gone',      sub { unlink $map }],
    ['another share on disk',    sub { write_file($map, "green_share 100\n") }],
    ['a set map by somebody else', sub { cli("set map $map green_share 50") }],
    ['both at once',             sub { write_file($map, ''); cli("clear map $map") }],
) {
    my ($name, $break) = @$case;
    $break->();
    ok(shares() ne '0 0', "$name: broken");
    $answer = mend(what => 'map', share => 0);
    is($answer->{end}, 'ok', "$name: mended") or print $answer->{text};
    is(shares(), '0 0', "$name: one entry on disk and in HAProxy");
}
is(sprintf('%o', (stat $map)[2] & 07777), '644', 'HAProxy may read the map');

write_file($map, "green_share 100\n");
is(mend(what => 'map', share => 100)->{end}, 'ok', 'another share on disk: mended to that of the disk');
is(shares(), '100 100', 'both have it');
like(ask($lb, 'audit', env => 'shop')->{all}{audit}[-1], qr/ verb=mend-map from=0 to=100 outcome=ok\z/, 'the audit has it');
my @same = (what => 'map', share => 100, nonce => "n$seq");
$answer = ask($lb, 'mend', env => 'shop', run => 'r', epoch => 1, seq => $seq, @same);
is("$answer->{end} $answer->{repeated}", 'ok 1', 'the same nonce: repeated');
is(ask($lb, 'mend', env => 'shop', run => 'r', epoch => 0, seq => 99, nonce => 'other', what => 'map', share => 0)->{end}, 'stale', 'a lower epoch: stale');

write_file($map, "green_share 0\n");
$answer = mend(what => 'map', share => 50);
is("$answer->{end}: $answer->{message}", 'conflict: the share 50 is neither on disk nor in HAProxy (0 100): mend to one of these, then switch', 'a share from nowhere');
write_file("$dir/app-$blue->{port}", 500);
eventually(sub { cli('show servers state') =~ / web-blue-1 \S+ 0 0 / }) or die 'blue never went down';
is(mend(what => 'map', share => 0)->{end}, 'not_ready', 'never to a dead colour');
is(shares(), '0 100', 'and nothing has moved');
is(mend(what => 'map', share => 100)->{end}, 'ok', 'but to the one that has the traffic');
unlink "$dir/app-$blue->{port}";
eventually(\&is_checked) or die;

cli("set map $map green_share 30");
write_file("$state/intent", "epoch=1\nfrom=0\nnonce=cut\nrun=r\nseq=@{[++$seq]}\nto=100\nverb=switch\n");
is(ask($lb, 'recover', env => 'shop')->{end}, 'conflict', 'a change that was cut off and fits nothing stays');
is(mend(what => 'map', share => 30)->{end}, 'ok', 'a mend ends that too');
is(shares() . ' ' . status()->{intent}, '30 30 none', 'and the map is whole');
write_file("$state/intent", "epoch=1\nfrom=30\nnonce=cut2\nrun=r\nseq=@{[++$seq]}\nstarted_us=1\nto=0\nverb=mend-map\n");
ask($lb, 'recover', env => 'shop');
is(shares() . ' ' . status()->{outcome}, '0 0 ok', 'a mend that was cut off is made');

mkdir "$map.new";
cli("clear map $map");
is(mend(what => 'map', share => 0)->{end}, 'disk', 'the disk cannot be written: disk');
rmdir "$map.new";
mend(what => 'map', share => 0);

for my $case (
    [[what => 'map'],                           'what=map needs share'],
    [[what => 'map', share => 1, server => 'a/b'], 'what=map takes no server'],
    [[what => 'server'],                        'what=server needs server'],
    [[what => 'config', share => 1],            'what=config takes no share'],
    [[what => 'server', server => 'a/b', server => 'a/c'], 'what=server takes one server at a time'],
) {
    my ($asked, $message) = @$case;
    $answer = mend(@$asked);
    is("$answer->{end}: $answer->{message}", "usage: $message", $message);
}

# --- what=server

for my $how (qw(maint drain)) {
    cli("set server green_backend/web-green-1 state $how");
    $answer = mend(what => 'server', server => 'green_backend/web-green-1');
    is($answer->{end}, 'ok', "a server in $how: mended");
    like(cli('show servers state green_backend'), qr/ web-green-1 \S+ \d 0 /, "a server in $how: ready");
}
is(mend(what => 'server', server => 'green_backend/spare')->{end}, 'ok', 'a server that the configuration disables: ready');

for my $case (
    ['green_backend/web-green-1', 'nothing to mend: green_backend/web-green-1 is neither in maintenance nor drained'],
    ['green_backend/nobody',      'HAProxy has no server green_backend/nobody'],
    ['www/web-green-1',           'www is not one of our backends (blue_backend green_backend)'],
) {
    my ($server, $message) = @$case;
    $answer = mend(what => 'server', server => $server);
    is("$answer->{end}: $answer->{message}", "conflict: $message", $message);
}

cli('set server green_backend/web-green-1 state drain');
my $cut = "epoch=1\nfrom=8\nrun=r\nto=green_backend/web-green-1\nverb=mend-server\n";
write_file("$state/intent", "${cut}nonce=cut3\nseq=@{[++$seq]}\n");
ask($lb, 'recover', env => 'shop');
is(status()->{outcome}, 'haproxy', 'cut off before HAProxy was told: said so');
cli('set server green_backend/web-green-1 state ready');
write_file("$state/intent", "${cut}nonce=cut4\nseq=@{[++$seq]}\n");
ask($lb, 'recover', env => 'shop');
is(status()->{outcome}, 'ok', 'cut off after that: done');

end_process($haproxy->{pid});
is(mend(what => 'map', share => 0)->{end}, 'haproxy', 'HAProxy is down: a map cannot be mended');
is(mend(what => 'server', server => 'green_backend/web-green-1')->{end}, 'haproxy', 'HAProxy is down: nor a server');
write_file($map, '');
write_file("$state/intent", "epoch=1\nfrom=none\nnonce=cut5\nrun=r\nseq=@{[++$seq]}\nto=30\nverb=mend-map\n");
$answer = ask($lb, 'recover', env => 'shop');
is("$answer->{end} $answer->{disk_share}", 'ok 30', 'HAProxy is down: a mend that was cut off is made on the disk');

done();
