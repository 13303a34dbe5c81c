#!/usr/bin/perl
# bgc-lb where no map carries the share (method = reload): a switch is another default_backend and a
# reload, with the same fence and the same fuse; what a map alone can do is refused by name.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my ($state, $file) = ("$dir/lib/shop", "$dir/haproxy.cfg");
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
mkdir $state;

# As a site has it that knows nothing of us: a frontend, two backends, one line.
my $text = slurp($file);
my ($head)     = $text =~ /\A(.*?)^frontend stats\n/ms;
my ($backends) = $text =~ /^(backend .*)\z/ms;
$backends =~ s{^backend (blue|green)_backend\n}{$&    http-response set-header X-Colour $1\n}mg;
my $site = sub { "${head}frontend www\n    bind 127.0.0.1:$haproxy->{port}\n$_[0]\n$backends" };
my $first = $site->('    default_backend blue_backend # who is live');
write_file($file, $first);
my %conf = (method => 'reload', config_file => $file, server_state_file => "$dir/servers.state");
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf) =~ s/^(?:map|key)=.*\n//mgr);

my $seq = 0;

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub change { my ($verb, @more) = @_; $seq++; return lb($verb, run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more) }

sub status { return lb('status') }

sub shares { my $now = status(); return join ' ', map { defined $now->{$_} ? $now->{$_} : '-' } qw(disk_share runtime_share) }

sub is_checked { return 2 == (() = talk_to("$dir/stats.sock", 'show servers state') =~ / web-\S+-1 \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 /g) }

# Who serves a user.
sub live {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $haproxy->{port}) or return '';
    print {$socket} "GET / HTTP/1.0\r\n\r\n";
    $socket->flush;
    local $/;
    return (<$socket> || '') =~ m{^X-Colour: (\w+)}mi ? $1 : '';
}

my $old = status()->{worker_pid};
talk_to("$dir/master.sock", 'reload');
eventually(sub { my $now = status(); ($now->{worker_pid} || $old) ne $old && $now->{stopping} eq '0' }) or die 'HAProxy did not reload';
eventually(\&is_checked) or die 'HAProxy never checked its servers';

# --- what it says

my $answer = status();
is("$answer->{disk_share} $answer->{runtime_share} $answer->{entries}", '0 0 1', 'status: the share is the line') or print $answer->{text};

# --- a switch

my $worker = $answer->{worker_pid};
$answer = change('switch', from => 0, to => 100, server => 'green_backend/web-green-1');
is($answer->{end}, 'ok', 'switch') or print $answer->{text};
ok($answer->{worker_pid} ne $worker && $answer->{took_us} > 0, 'switch: by a new worker');
ok(!defined $answer->{first_new_us}, 'switch: nothing is said of what no counter can tell');
is(slurp($file), $first =~ s/default_backend blue/default_backend green/r, 'switch: one word of the file is another');
is(shares(), '100 100', 'switch: disk and HAProxy agree');
ok(eventually(sub { live() eq 'green' }), 'switch: users are served by green');
is(status()->{config}, 'same', 'switch: no drift');
is(lb('switch', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from => 0, to => 100)->{repeated}, 1, 'switch: the same nonce is repeated');
is(lb('switch', run => 'r', epoch => 1, seq => $seq, nonce => 'other', from => 100, to => 0)->{end}, 'stale', 'switch: an old pair is refused');
is(change('switch', from => 0, to => 100)->{end}, 'conflict', 'switch: from where it is not');

# --- what a reload cannot do

$answer = change('switch', from => 100, to => 50);
is("$answer->{end}: $answer->{message}", 'usage: method = reload knows the shares 0 and 100, not 50', 'a share in between: refused');
is(change('mend', what => 'map', share => 100)->{end}, 'conflict', 'no map to mend');

# --- a fuse

$answer = change('switch', from => 100, to => 0, fuse_s => 600);
is("$answer->{end} " . status()->{fuse}, 'ok armed', 'a switch with a fuse');
is(change('revert')->{end} . ' ' . shares(), 'ok 100 100', 'reverted on request');
ok(eventually(sub { live() eq 'green' }), 'reverted: users are served by green');
eventually(\&is_checked) or die;
$answer = change('switch', from => 100, to => 0, fuse_s => 5);
is($answer->{end}, 'ok', 'a switch that nobody confirms') or print $answer->{text};
ok(eventually(sub { status()->{fuse} eq 'fired' }), 'at the deadline the guard takes it back');
is(shares(), '100 100', 'by a reload: disk and HAProxy agree');
like(lb('audit')->{all}{audit}[-1], qr/ verb=fuse from=0 to=100 outcome=ok/, 'the audit has it');
$seq++; # that of the fuse

# --- a reload that fails, and one that was cut off

my $before = slurp($file);
write_file($file, "$before\nfrontend more\n    bind unix\@/no/such/directory/more.sock\n    default_backend blue_backend\n");
my $broken = slurp($file);
$answer = change('switch', from => 100, to => 0);
is($answer->{end}, 'reload', 'a file that HAProxy cannot load: failed') or print $answer->{text};
like($answer->{message}, qr/could not load.*; the share is 100 as before/, 'and what is');
is(slurp($file), $broken, 'the file is the one before');
ok(eventually(sub { live() eq 'green' }), 'users are served by green');
write_file($file, $before);
is(change('reload')->{end}, 'ok', 'the next reload is well');

# --- other hands

is(change('config-install', from_sha256 => (split ' ', `sha256sum $file`)[0], body => $first)->{end}, 'conflict',
    'a configuration that would move the traffic is not installed');
write_file($file, $first);
is(shares(), '0 100', 'edited by hand: told apart');
is(change('switch', from => 100, to => 0)->{end}, 'conflict', 'edited by hand: no switch');
is(change('mend', what => 'config')->{end} . ' ' . shares(), 'ok 100 100', 'edited by hand: mended');

for my $case (
    [ 'no line',      '    # nobody' ],
    [ 'two lines',    "    default_backend blue_backend\n    default_backend green_backend" ],
    [ 'another name', '    default_backend stats_backend' ],
) {
    my ($name, $lines) = @$case;
    write_file($file, $site->($lines));
    $answer = change('switch', from => 100, to => 0);
    is($answer->{end}, 'conflict', "$name: refused");
    like($answer->{message}, qr/frontend www does not have exactly one line 'default_backend blue_backend' or/, "$name: by name");
}

done();
