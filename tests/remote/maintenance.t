#!/usr/bin/perl
# bgc-lb maintenance: the page for everybody, put up and taken down by a fenced change.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my ($map, $state) = ("$dir/maintenance.map", "$dir/lib/shop");
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
mkdir $state;

my $seq = 0;

sub maintain {
    my ($on, @more) = @_;
    $seq++;
    return ask($lb, 'maintenance', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", on => $on, @more);
}

sub status { return ask($lb, 'status', env => 'shop') }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

sub get {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $haproxy->{port}) or return '';
    print {$socket} "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
    local $/;
    return scalar <$socket>;
}

# --- an environment that has none

write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
my $answer = maintain(1);
is($answer->{end}, 'env', 'no maintenance_map: env');
like($answer->{message}, qr/shop\.conf has no maintenance_map: bootstrap it again/, 'and says what to do');
is(status()->{maintenance}, 'unknown', 'no maintenance_map: status does not know');
ok(!defined status()->{trouble}, 'and takes it for no trouble');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, maintenance_map => $map));

# --- up and down

is(status()->{maintenance}, 'off', 'status: off');
$answer = maintain(1);
is("$answer->{end} $answer->{from} $answer->{to}", 'ok 0 1', 'put up');
ok($answer->{took_us} > 0, 'the time from the intent to the read back');
like(get(), qr{^HTTP/1.1 503 .*retry-after: 60.*<h1>Back soon</h1>}msi, 'clients see the page');
is(slurp($map), "maintenance 1\n", 'the disk follows');
is(status()->{maintenance}, 'on', 'status: on');
ok(!-e "$state/intent", 'no intent is left');
$answer = ask($lb, 'maintenance', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", on => 1);
is("$answer->{end} $answer->{repeated}", 'ok 1', 'the same nonce: repeated');
is(maintain(1)->{end}, 'ok', 'on is on');
is(ask($lb, 'maintenance', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => 'other', on => 0)->{end}, 'stale', 'the same pair: stale');
is(ask($lb, 'maintenance', env => 'shop', run => 'r', epoch => 0, seq => 99, nonce => 'other', on => 0)->{end}, 'stale', 'a lower epoch: stale');
is(maintain(2)->{end}, 'usage', 'on is 0 or 1');

$seq++;
$answer = ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from => 0, to => 100);
is("$answer->{end} $answer->{answered_by}", 'ok green_backend', 'a switch while it is up: its own request passes the page');
is(slurp($map), "maintenance 1\n", 'the two are not mixed up');

$answer = maintain(0);
is("$answer->{end} $answer->{from} $answer->{to}", 'ok 1 0', 'taken down');
like(get(), qr/^HTTP\S+ 200/, 'clients see the app');
like(ask($lb, 'audit', env => 'shop')->{all}{audit}[-1], qr/ verb=maintenance from=1 to=0 outcome=ok\z/, 'the audit has it');

# --- in a watch

sub first_sample {
    my ($pid, $in, $out) = start_command($lb);
    print {$in} request('watch', env => 'shop', interval_ms => 200);
    $in->flush;
    my $text = '';
    eventually(sub { sysread $out, $text, 65536, length $text; $text =~ /^at=\d+\n(?s:.*)^at=/m });
    close $in;
    end_process($pid);
    return answer_of($text =~ s/(.*)^at=.*\z/$1/msr);
}

$answer = first_sample();
is($answer->{maintenance}, 0, 'watch: off');
is(scalar split(/\n\n/, $answer->{samples}[0]), 7, 'watch: the sample holds its seven answers');
like($answer->{samples}[0], qr/^green_backend,BACKEND,[^\n]*\n\n\z/m, 'watch: and ends as ever');
cli("set map $map maintenance 1");
is(first_sample()->{maintenance}, 1, 'watch: what HAProxy does, not the disk');
cli("clear map $map");
$answer = first_sample();
ok(!defined $answer->{maintenance}, 'watch: not known, not told');
is(scalar split(/\n\n/, $answer->{samples}[0]), 7, 'watch: the sample is whole nevertheless');

# --- drift

$answer = status();
is($answer->{maintenance}, 'unknown', 'a cleared map: unknown');
like($answer->{trouble}, qr/has 0 entries of maintenance/, 'and why');
is(maintain(1)->{end}, 'conflict', 'a cleared map: conflict');
cli("add map $map maintenance 1");
$answer = status();
is("$answer->{maintenance}: $answer->{trouble}", "on: maintenance is on in HAProxy and off in $map", 'disk and HAProxy differ: said');
write_file($map, "");
like(status()->{trouble}, qr/maintenance: \S+ does not hold exactly one line 'maintenance 0..1'/, 'an emptied map: said');
is(maintain(1)->{end}, 'ok', 'an emptied map: put right by asking for what should be');
is(slurp($map), "maintenance 1\n", 'also on the disk');

# --- what was cut off

sub cut_off {
    my ($from, $to) = @_;
    $seq++;
    write_file("$state/intent", "epoch=1\nfrom=$from\nnonce=n$seq\nrun=r\nseq=$seq\nstarted_us=1\nto=$to\nverb=maintenance\n");
}

cut_off(1, 0);
write_file($map, "maintenance 0\n");
is(ask($lb, 'recover', env => 'shop')->{end}, 'ok', 'cut off before HAProxy was told');
is(slurp($map) . status()->{maintenance} . status()->{outcome}, "maintenance 1\nonhaproxy", 'taken back');
cut_off(1, 0);
cli("set map $map maintenance 0");
ask($lb, 'recover', env => 'shop');
is(slurp($map) . status()->{maintenance} . status()->{outcome}, "maintenance 0\noffok", 'cut off after HAProxy was told: completed');

mkdir "$map.new";
$answer = maintain(1);
is("$answer->{end} " . status()->{maintenance}, 'disk off', 'the disk cannot be written: nothing changes');
rmdir "$map.new";

end_process($haproxy->{pid});
cut_off(0, 1);
write_file($map, "maintenance 1\n");
is(ask($lb, 'recover', env => 'shop')->{end}, 'ok', 'HAProxy is down: recovered');
is(slurp($map), "maintenance 0\n", 'to what was before');
is(maintain(1)->{end}, 'haproxy', 'HAProxy is down: refused');
is(status()->{maintenance}, 'unknown', 'HAProxy is down: unknown');

done();
