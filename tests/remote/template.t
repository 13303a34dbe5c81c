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

my $said = `haproxy -V -c -f $dir/haproxy.cfg 2>&1`;
is($?, 0, 'haproxy -c accepts it');
is($said, "Configuration file is valid\n", 'without a warning');

my $installed = render_with_error_files();
write_file("$dir/full.cfg", $installed);
$said = `haproxy -V -c -f $dir/full.cfg 2>&1`;
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

# --- maintenance
my $close = sub { talk_to("$dir/stats.sock", "set map $dir/maintenance.map maintenance $_[0]") };
$set->(0);
$close->(1);
like(get('/'), qr{^HTTP\S* 503 .*^retry-after: 60\r\n.*<h1>Back soon</h1>}mis, 'closed: the page, and when to come back');
is(backend_of(get('/', probe())), 'blue_backend', 'closed: the helper still sees the application');
is(backend_of(get('/', probe(), 'Host: preview.example.com')), 'green_backend', 'closed: and the preview');
like(get('/', 'Host: preview.example.com'), qr/^HTTP\S* 200/, 'closed: without a probe too');
$close->(0);
like(get('/'), qr/^HTTP\S* 200/, 'open again');

# --- TLS
end_process($haproxy->{pid});
my $tls_port = free_port();
mkdir "$dir/certs";
system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.example"
    . " -keyout $dir/key -out $dir/crt 2>/dev/null") == 0 or die 'openssl';
write_file("$dir/certs/shop.pem", slurp("$dir/key") . slurp("$dir/crt"), 0600);
$haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
    'config.certificates' => "$dir/certs", 'config.tls_bind' => "127.0.0.1:$tls_port", 'config.hsts' => 300,
);
done_when_checked();
is(scalar(`haproxy -V -c -f $dir/haproxy.cfg 2>&1`), "Configuration file is valid\n", 'TLS: valid without a warning');

like(get('/a?b=c'), qr{^HTTP\S* 301 .*^location: https://shop.example/a\?b=c\r$}mis, 'HTTP is sent to HTTPS');
is(backend_of(get('/', probe())), 'blue_backend', 'but not the helper');
like(get('/', 'Host: preview.example.com'), qr/^HTTP\S* 200/, 'nor the preview');
like(get_tls('/'), qr{^HTTP/1.1 200 .*^strict-transport-security: max-age=300\r$}mis, 'HTTPS is answered');
$set->(50);
like(get_tls('/'), qr/^set-cookie: bgc_roll=\d{1,2}; Path=\/; HttpOnly; SameSite=Lax; Secure\r$/mi, 'its cookie is Secure');
like(get('/', probe()), qr/^set-cookie: bgc_roll=\d{1,2}; Path=\/; HttpOnly; SameSite=Lax\r$/mi, 'elsewhere it is not');

# --- who may see the preview, and the statistics: clients from elsewhere, by the PROXY protocol
end_process($haproxy->{pid});
my ($port, $stats_port) = (free_port(), free_port());
start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
    'config.bind' => "127.0.0.1:$port accept-proxy",
    'config.preview_sources' => '192.0.2.7 198.51.100.0/24', 'config.preview_secret' => '0123456789abcdef',
    'config.stats_bind' => "127.0.0.1:$stats_port", 'config.stats_password' => 'correct4horse',
);
done_when_checked();
my @preview = ('Host: preview.example.com', 'X-Bgconsole-Preview: 0123456789abcdef');
talk_to("$dir/stats.sock", "set map $dir/maintenance.map maintenance 1");    # so that who may see it stands out
like(get_from('203.0.113.9', $preview[0]), qr/^HTTP\S* 503/, 'preview: not for a stranger');
like(get_from('192.0.2.7', $preview[0]), qr/^HTTP\S* 200/, 'preview: for an address of the list');
like(get_from('198.51.100.77', $preview[0]), qr/^HTTP\S* 200/, 'preview: for a network of the list');
like(get_from('203.0.113.9', @preview), qr/^HTTP\S* 200/, 'preview: for who knows the secret');
like(get_from('203.0.113.9', $preview[0], 'X-Bgconsole-Preview: 0123456789abcdee'), qr/^HTTP\S* 503/, 'preview: not for who guesses it');
like(get_from('203.0.113.9', $preview[1]), qr/^HTTP\S* 503/, 'preview: the secret alone opens nothing');
is(backend_of(get_from('203.0.113.9', 'Host: shop.example', probe())), '(none)', 'a stranger with a probe learns no backend');

like(get_at($stats_port, '', '/stats', 'Host: x'), qr/^HTTP\S* 401/, 'statistics: not without the password');
my $page = get_at($stats_port, '', '/stats', 'Host: x', 'Authorization: Basic Ymdjb25zb2xlOmNvcnJlY3Q0aG9yc2U=');
like($page, qr/^HTTP\S* 200 .*web-blue-1/s, 'statistics: with it');
ok($page !~ /<form [^>]*method="post"/i, 'statistics: nothing can be changed there');

done();

sub done_when_checked {
    eventually(sub { my $x = talk_to("$dir/stats.sock", 'show servers state'); 2 == (() = $x =~ /_backend 1 \S+ \S+ 2 0 \d+ \d+ \d+ \d+ 3 /g) })
        or ok(0, 'both servers pass their checks');
}

sub probe { return 'X-Bgconsole-Probe: n1' }

sub get {
    my ($path, @headers) = @_;
    @headers = ('Host: shop.example', @headers) if !grep { /^Host:/ } @headers;
    return get_at($haproxy->{port}, '', $path, @headers);
}

# As if it came from that address.
sub get_from {
    my ($address, @headers) = @_;
    return get_at($port, "PROXY TCP4 $address 127.0.0.1 1024 80\r\n", '/', @headers);
}

sub get_at {
    my ($at, $preface, $path, @headers) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$at") or return '';
    print {$socket} $preface, join("\r\n", "GET $path HTTP/1.1", @headers, 'Connection: close'), "\r\n\r\n";
    $socket->flush;
    local $/;
    return scalar <$socket>;
}

# As get(), over TLS.
sub get_tls {
    my ($path, @headers) = @_;
    my $request = join "\r\n", "GET $path HTTP/1.1", 'Host: shop.example', @headers, 'Connection: close', '', '';
    write_file("$dir/request", $request);
    return scalar `openssl s_client -quiet -connect 127.0.0.1:$tls_port <$dir/request 2>/dev/null`;
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
