#!/usr/bin/perl
# bgc-lb config-check, config-install and reload, where a port of the configuration is not to be had:
# refused before HAProxy is asked, because HAProxy would let nobody in while it tries.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::IP;
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0, PORTS_MAX => 8);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
my $file = "$dir/haproxy.cfg";
mkdir "$dir/lib/shop";
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, config_file => $file, server_state_file => "$dir/servers.state"));

my $seq = 0;

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub change { my ($verb, @more) = @_; $seq++; return lb($verb, run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more) }

sub sha256 { return (split ' ', `sha256sum $_[0]`)[0] }

my $first = slurp($file);
my $lines = () = $first =~ /\n/g;

# Listens as few programs do that mean to share their port.
sub hold {
    my ($host) = @_;
    my $socket = IO::Socket::IP->new(LocalHost => $host, LocalPort => 0, Listen => 1, V6Only => 0) or return;
    return ($socket, $socket->sockport);
}

sub check { return lb('config-check', body => join '', $first, @_) }

sub frontend { return "frontend more\n    bind $_[0]\n    default_backend blue_backend\n" }

my ($holder, $port) = hold('127.0.0.1') or die $!;
my $me = slurp("/proc/$$/comm") =~ s/\n//r . " (pid $$)";

# --- refused

for my $case (
    [ 'an address',          "127.0.0.1:$port" ],
    [ 'all addresses',       ":$port" ],
    [ 'a star',              "*:$port" ],
    [ 'all of IPv6 too',     ":::$port" ],
    [ 'in brackets',         "[::]:$port v4v6" ],
    [ 'a family',            "ipv4\@127.0.0.1:$port" ],
    [ 'a protocol',          "tcp4\@:$port" ],
    [ 'with parameters',     "127.0.0.1:$port name more # more" ],
) {
    my ($name, $address) = @$case;
    my ($answer, $words) = (check(frontend($address)), (split ' ', $address)[0]);
    is("$answer->{end}: $answer->{message}", "config: port $port of bind $words (line @{[$lines + 2]}) is taken by $me: nothing was changed",
        "$name: refused, and who has it is said");
}

my ($second, $second_port) = hold('127.0.0.1') or die $!;
my $answer = check(frontend("127.0.0.1:$port,127.0.0.1:$second_port"));
is(scalar(() = $answer->{text} =~ /^line=port (?:$port|$second_port) of bind 127/mg), 2, 'a list: each one is a line');
$answer = check(frontend("127.0.0.1:@{[$port - 1]}-$port"));
like($answer->{text}, qr{^line=port $port of bind 127\.0\.0\.1:\d+-$port \(line }m, 'a range: refused');
$answer = check(frontend("127.0.0.1:@{[$port - 8]}-$port"));
ok($answer->{text} !~ m{^line=port $port }m, 'a range that is too wide: its rest is not tried');
is(check(frontend('203.0.113.9:80'))->{message}, "port 80 of bind 203.0.113.9:80 (line @{[$lines + 2]}) is of no address that this host has:"
    . ' nothing was changed', 'an address that is not here: refused');
for my $case (
    [ 'statistics', "global\n    stats socket 127.0.0.1:$port level admin\n", "stats socket 127.0.0.1:$port", 2 ],
    [ 'peers',      "peers us\n    bind 127.0.0.1:$port\n    server here\n",  "bind 127.0.0.1:$port",         2 ],
    [ 'enabled',    "frontend more\n    disabled\n    enabled\n    bind :$port\n    default_backend blue_backend\n", "bind :$port", 4 ],
) {
    my ($name, $section, $words, $line) = @$case;
    $answer = check($section);
    like($answer->{message}, qr/\Aport $port of \Q$words\E \(line @{[$lines + $line]}\) is taken by /, "$name: refused") or print $answer->{text};
}
if (my ($six, $six_port) = hold('::1')) {
    like(check(frontend("[::1]:$six_port"))->{message}, qr/\Aport $six_port of bind \[::1\]:$six_port .* \Q$me\E/, 'IPv6: refused');
    is(check(frontend("127.0.0.2:$six_port"))->{end}, 'ok', 'IPv6: nobody has it of IPv4');
}

# --- not refused: nobody is in the way, or HAProxy alone can say

for my $case (
    [ 'another address',      frontend("127.0.0.2:$port") ],
    [ 'only IPv6',            frontend(":::$port v6only") ],
    [ 'its own port',         frontend("127.0.0.1:$haproxy->{port}") ],
    [ 'a Unix socket',        frontend("$dir/more.sock") ],
    [ 'a name',               frontend("localhost:$port") ],
    [ 'a variable',           frontend("\"\${HOME_OF_NOBODY}:$port\"") ],
    [ 'an interface',         frontend(":$port interface lo") ],
    [ 'any address',          frontend("203.0.113.9:$port transparent") ],
    [ 'a comment',            "# bind :$port\n" ],
    [ 'a disabled frontend',  "frontend more\n    bind :$port\n    disabled\n    default_backend blue_backend\n" ],
    [ 'a disabled section',   "defaults\n    mode http\n    timeout client 1s\n    disabled\n" . frontend(":$port") ],
    [ 'a conditional block',  ".if version_atleast(99.0)\n" . frontend(":$port") . ".endif\n" ],
) {
    my ($name, $section) = @$case;
    my $answer = check($section);
    is($answer->{end}, 'ok', "$name: not refused") or print $answer->{text};
}

# --- nothing is done

my $status = lb('status');
my $more = $first . frontend("127.0.0.1:$port");
$answer = change('config-install', from_sha256 => sha256($file), body => $more);
is($answer->{end}, 'config', 'install: refused');
like($answer->{message}, qr/ is taken by .*: nothing was changed\z/, 'install: and says so');
is(slurp($file), $first, 'install: the file is the same');
write_file($file, $more);
is(change('reload')->{end}, 'config', 'reload: refused');
my $after = lb('status');
is(join(' ', @$after{qw(worker_pid reloads failed_reloads)}), join(' ', @$status{qw(worker_pid reloads failed_reloads)}),
    'HAProxy never heard of it');

# --- HAProxy's own sockets, where it does not let others share them

write_file($file, $first =~ s/^global\n/global\n    noreuseport\n/mr);
is(change('reload')->{end}, 'ok', 'noreuseport: the ports are its own') or print $answer->{text};
$answer = change('reload');
is($answer->{end}, 'ok', 'noreuseport: and stay so') or print $answer->{text};

done();
