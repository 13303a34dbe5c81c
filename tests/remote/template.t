#!/usr/bin/perl
# assets/haproxy.cfg.in, rendered, by HAProxy's own judgement and by what it does with requests.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);

my $said = `haproxy -c -f $dir/haproxy.cfg 2>&1`;
is($?, 0, 'haproxy -c accepts it');
is($said, "Configuration file is valid\n", 'without a warning');

my $installed = render_with_error_files();
write_file("$dir/full.cfg", $installed);
$said = `haproxy -c -f $dir/full.cfg 2>&1`;
is($said, "Configuration file is valid\n", 'also with privileges and error files');

done_when_checked();

my $set = sub { talk_to("$dir/stats.sock", "set map $dir/traffic.map green_share $_[0]") };
like(get('/'), qr/^HTTP.* 200/, 'share 0: answered');
is(backend_of(get('/', probe())), 'blue_backend', 'share 0: by blue');
$set->(100);
is(backend_of(get('/', probe())), 'green_backend', 'share 100: by green');
is(backend_of(get('/')), '(none)', 'who does not ask learns no backend');

is(backend_of(get('/', probe(), 'Host: preview.example.com:8080')), 'blue_backend', 'preview: the idle colour, blue');
$set->(0);
is(backend_of(get('/', probe(), 'Host: Preview.Example.COM')), 'green_backend', 'preview: the idle colour, green');
is(backend_of(get('/', probe(), 'Cookie: bgc_roll=00')), 'blue_backend', 'share 0: a cookie changes nothing');

like(get('/'), qr/\A(?!.*bgc_roll)/s, 'no cookie outside a split');
$set->(50);
like(get('/'), qr/^Set-Cookie: bgc_roll=\d{1,2}; Path=\/; HttpOnly; SameSite=Lax\r$/mi, 'a split sets the cookie');
is(backend_of(get('/', probe(), 'Cookie: bgc_roll=49')), 'green_backend', 'split: 49 is below 50, green');
is(backend_of(get('/', probe(), 'Cookie: bgc_roll=50')), 'blue_backend', 'split: 50 is not, blue');
like(get('/', 'Cookie: bgc_roll=abc'), qr/bgc_roll=\d/, 'split: a junk cookie is rolled anew');
my %seen = map { backend_of(get('/', probe())) => 1 } 1 .. 60;
is(join(' ', sort keys %seen), 'blue_backend green_backend', 'split: both colours answer');

done();

sub done_when_checked {
    eventually(sub { my $x = talk_to("$dir/stats.sock", 'show servers state'); 2 == (() = $x =~ /_backend 1 \S+ \S+ 2 0 \d+ \d+ \d+ \d+ 3 /g) })
        or ok(0, 'both servers pass their checks');
}

sub probe { return 'X-Bgconsole-Probe: n1' }

sub get {
    my ($path, @headers) = @_;
    @headers = ('Host: shop.example', @headers) if !grep { /^Host:/ } @headers;
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$haproxy->{port}") or return '';
    print {$socket} join("\r\n", "GET $path HTTP/1.1", @headers, 'Connection: close'), "\r\n\r\n";
    $socket->flush;
    local $/;
    return scalar <$socket>;
}

sub backend_of {
    my ($answer) = @_;
    return $answer =~ /^X-Bgconsole-Backend: (\S+)\r$/mi ? $1 : '(none)';
}

sub render_with_error_files {
    my $text = slurp("$dir/haproxy.cfg");
    my $files = join '', map { "    errorfile $_ /etc/haproxy/errors/$_.http\n" } 400, 403, 408, 500, 502, 503, 504;
    $text =~ s/(    timeout http-request 10s\n)/$1$files/;
    $text =~ s/(    maxconn 200\n)/    chroot $dir\n    user nobody\n    group nogroup\n$1/;
    return $text;
}
