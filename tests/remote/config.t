#!/usr/bin/perl
# bgc-lb config, config-check, config-install and reload: what is believed, and what is put back.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0, RELOAD_S => 10);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
my ($state, $map, $file) = ("$dir/lib/shop", "$dir/traffic.map", "$dir/haproxy.cfg");
mkdir $state;
my %conf = (config_file => $file, server_state_file => "$dir/servers.state");
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf));

my $seq = 0;

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub change { my ($verb, @more) = @_; $seq++; return lb($verb, run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more) }

sub install { my ($from, $text) = @_; return change('config-install', from_sha256 => $from, body => $text) }

sub status { return lb('status') }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

sub sha256 { return (split ' ', `sha256sum $_[0]`)[0] }

sub is_checked { return 2 == (() = cli('show servers state') =~ / web-\S+-1 \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 /g) }

# The configuration as it is, with one more server of green.
my $number = 0;

sub with_a_server {
    my ($text) = @_;
    $number++;
    return $text =~ s/^( *)(server web-green-1 .*)$/$1$2\n$1server more-$number 127.0.0.1:$green->{port} check/mr;
}

eventually(\&is_checked) or die 'HAProxy never checked its servers';
my $first = slurp($file);
my $first_sha256 = sha256($file);

# --- what it says

my $answer = lb('config');
is("$answer->{end} $answer->{config_sha256}", "ok $first_sha256", 'config: the digest');
is($answer->{file}, $first, 'config: the bytes');
$answer = status();
is("$answer->{config} $answer->{config_sha256}", "unknown $first_sha256", 'status: nothing was installed from here');
like($answer->{config_note}, qr/no configuration was installed/, 'status: and says so');
like($answer->{worker_uptime_s}, qr/\A\d+\z/, 'status: how long the worker serves');
ok(!defined $answer->{trouble}, 'status: no trouble');

# --- config-check

$answer = lb('config-check', body => $first);
is("$answer->{end} $answer->{check}", 'ok ok', 'check: a good one');
is($answer->{haproxy_version}, (`haproxy -v` =~ /version (\S+)/)[0], 'check: the version of the program');
$answer = lb('config-check', body => "$first\nbogus\n");
is("$answer->{end}: $answer->{message}", 'config: HAProxy refuses this configuration', 'check: a bad one');
ok((grep { m{haproxy\.cfg:\d+\] : unknown keyword 'bogus'} } @{ $answer->{all}{line} }), 'check: its lines name the file that it would be');
$answer = lb('config-check', body => join "\n", map { "bogus$_" } 1 .. 500);
is(scalar @{ $answer->{all}{line} }, 40, 'check: at most 40 lines');
is(slurp($file), $first, 'check: changes nothing');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf, haproxy => '/nonexistent/haproxy'));
$answer = lb('config-check', body => $first);
is($answer->{end}, 'haproxy', 'check: no haproxy to ask');
like($answer->{message}, qr{/nonexistent/haproxy.*No such file}, 'check: and which');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf));

# --- a reload that fails although the check was fine

my $failing = "$first\nfrontend more\n    bind unix\@/no/such/directory/more.sock\n    default_backend blue_backend\n";
utime 1000, 1000, $file;
is(install($first_sha256, $failing)->{end}, 'reload', 'a directory that is not there, the first time: the reload fails');
$answer = status();
is(slurp($file), $first, 'the old file is back');
is($answer->{config}, 'unknown', 'and it is not taken for edited');
is($answer->{failed_reloads}, 1, 'the failure is told');

# --- config-install

my $second = with_a_server($first);
chmod 0640, $file;
my $before = status();
$answer = install($first_sha256, $second);
is($answer->{end}, 'ok', 'install') or print $answer->{text};
ok($answer->{worker_pid} ne $before->{worker_pid} && $answer->{took_ms} >= 0, 'install: a new worker');
is($answer->{config_sha256}, sha256($file), 'install: the digest of what is there');
is(slurp($file), $second, 'install: its bytes');
is(sprintf('%o', (stat $file)[2] & 07777), '640', 'install: the mode of the file stays');
like(cli('show servers state green_backend'), qr/ more-1 /, 'install: the worker has it');
like(slurp("$dir/servers.state"), qr/\A1\n# be_id .* web-blue-1 /s, 'install: the state of the servers was saved');
ok(!-e "$state/intent", 'install: no intent is left');
$answer = status();
is("$answer->{config} $answer->{failed_reloads}", 'same 0', 'status: the file is what was installed');
my $second_sha256 = $answer->{config_sha256};
like(lb('audit')->{all}{audit}[-1], qr/ verb=config-install from=$first_sha256 to=$second_sha256 outcome=ok\z/, 'the audit has it');
$answer = lb('config-install', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from_sha256 => $first_sha256, body => $second);
is("$answer->{end} $answer->{repeated} $answer->{worker_pid}", 'ok 1 ' . status()->{worker_pid}, 'install: the same nonce is repeated');

$answer = install($first_sha256, $first);
is("$answer->{end} $answer->{config_sha256}", "conflict $second_sha256", 'install: the file is another than was looked at');
$answer = install($second_sha256, "$first\nbogus\n");
is($answer->{end}, 'config', 'install: refused by HAProxy');
is(slurp($file), $second, 'install: a refusal changes nothing');
is(install($second_sha256, '#' x 262_145)->{end}, 'usage', 'install: too long');
is(lb('config-install', run => 'r', epoch => 0, seq => 99, nonce => 'x', from_sha256 => $second_sha256, body => $first)->{end}, 'stale', 'install: a lower epoch');
is(install('abc', $first)->{end}, 'usage', 'install: no digest');

# --- and one that fails after another was installed

$failing = $failing =~ s{\A\Q$first}{$second}r;
is(lb('config-check', body => $failing)->{end}, 'ok', 'a directory that is not there: the check does not see it');
$before = status();
$answer = install($second_sha256, $failing);
is($answer->{end}, 'reload', 'a directory that is not there: the reload fails') or print $answer->{text};
like($answer->{message}, qr/could not load the configuration.*; the old configuration still serves/, 'and who serves is said');
is(slurp($file), $second, 'the old file is back');
is($answer->{config_sha256}, $second_sha256, 'its digest is told');
$answer = status();
is("$answer->{config} $answer->{failed_reloads} $answer->{worker_pid}", "same 1 $before->{worker_pid}", 'status: the reload failed, the worker is the same');
is(change('switch', from => 0, to => 100, server => 'green_backend/web-green-1')->{end}, 'ok', 'and it switches');
is(change('switch', from => 100, to => 0)->{end}, 'ok', 'and back');

# --- a reload that works, and leaves us without what we need

for my $case (
    ['our socket', sub { $_[0] =~ s{stats socket \S+}{stats socket $dir/other.sock}r },  qr{cannot connect to \S+stats\.sock}],
    ['our map',    sub { $_[0] =~ s{map_str_int\(\S+?,(\d+)\)}{map_str_int($dir/other.map,$1)}r }, qr{Unknown map}],
) {
    my ($name, $without, $why) = @$case;
    write_file("$dir/other.map", "green_share 0\n");
    $answer = install($second_sha256, $without->($second));
    is($answer->{end}, 'reload', "without $name: not believed");
    like($answer->{message}, qr/no new worker within 10 s: .*$why.*; the old configuration was loaded again/s, "without $name: said");
    is(slurp($file), $second, "without $name: the old file is back");
    $answer = status();
    is("$answer->{config} $answer->{runtime_share}", 'same 0', "without $name: and its worker serves");
}

# --- reload

$answer = change('reload');
is("$answer->{end} $answer->{config_sha256}", "ok $second_sha256", 'reload');
is(status()->{worker_pid}, $answer->{worker_pid}, 'reload: by the worker that it names');
is(status()->{failed_reloads}, 0, 'reload: the failure is history');

for my $case (
    ['an emptied map',      sub { write_file($map, '') },                                   'does not hold exactly one line'],
    ['a key twice',         sub { write_file($map, "green_share 0\ngreen_share 0\n") },     'does not hold exactly one line'],
    ['another share on disk', sub { write_file($map, "green_share 100\n") },                'a reload would move the traffic; mend it first'],
    ['a cleared map',       sub { write_file($map, "green_share 0\n"); cli("clear map $map") }, 'has 0 entries of green_share'],
) {
    my ($name, $break, $why) = @$case;
    $break->();
    for my $verb ('reload', 'config-install') {
        my $answer = $verb eq 'reload' ? change('reload') : install($second_sha256, $first);
        is($answer->{end}, 'conflict', "$name: no $verb");
        like($answer->{message}, qr/$why/, "$name: and says why");
    }
}
is(change('mend', what => 'map', share => 0)->{end}, 'ok', 'mended');
write_file("$dir/other.map", "maintenance 1\n");
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf, maintenance_map => "$dir/other.map"));
is(change('reload')->{end}, 'ok', 'a maintenance map that HAProxy does not read is no reason');
write_file("$dir/other.map", '');
is(change('reload')->{end}, 'conflict', 'one that is damaged is: HAProxy may be about to read it');
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, %conf));

# --- drift, and its mend

write_file($file, "$second# by hand\n");
$answer = status();
is($answer->{config}, 'edited', 'edited by hand: said');
like($answer->{config_note}, qr/haproxy\.cfg is not what reload of r left/, 'and since when');
$answer = change('mend', what => 'config');
is("$answer->{end} $answer->{config_sha256}", "ok $second_sha256", 'mended: the file that the worker has loaded');
is(slurp($file), $second, 'its bytes are back');
is(status()->{config}, 'same', 'status agrees');
like(change('mend', what => 'config')->{message}, qr/nothing to mend: .* is the one that was installed/, 'a second time: nothing to mend');

write_file($file, "$second# by hand\n");
utime 1, 1, $file;
$before = status()->{worker_pid};
kill USR2 => $haproxy->{pid};
eventually(sub { my $now = status(); ($now->{worker_pid} || '') ne '' && $now->{worker_pid} ne $before && $now->{stopping} eq '0' }) or die;
$answer = status();
is($answer->{config}, 'edited', 'reloaded by hand: edited');
like($answer->{config_note}, qr/a worker that started since has loaded it/, 'and that it is in use');
like(change('mend', what => 'config')->{message}, qr/the running worker has started since and has loaded/, 'then there is nothing to put back');
is(change('reload')->{end}, 'ok', 'a reload takes it as ours');
is(status()->{config}, 'same', 'and it is');
unlink "$state/config";
utime time + 60, time + 60, $file;
$answer = status();
is("$answer->{config}: $answer->{config_note}", "edited: $file was written after the running worker started", 'a newer file, and nothing recorded: edited');
like(change('mend', what => 'config')->{message}, qr/nothing to mend with/, 'nothing recorded: nothing to mend with');

# --- the ten newest

for (1 .. 12) {
    my $text = with_a_server(slurp($file));
    $answer = install(sha256($file), $text);
    last if $answer->{end} ne 'ok';
}
is($answer->{end}, 'ok', 'installed again and again') or print $answer->{text};
my @kept = glob "$state/configs/*";
is(scalar @kept, 10, 'the ten newest are kept');
ok(-e "$state/configs/" . sha256($file), 'with the present one');
is(scalar(grep { sha256($_) ne (split m{/})[-1] } @kept), 0, 'each under its digest');

# --- sessions of old workers

eventually(\&is_checked) or die;
my $slow = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $haproxy->{port}) or die;
write_file("$dir/app-$blue->{port}", '200 20');
print {$slow} "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
$slow->flush;
eventually(sub { cli('show stat blue_backend 2 -1') =~ /^blue_backend,BACKEND,\d+,\d+,1,/m }) or die 'nothing is slow';
$answer = change('reload');
is("$answer->{end} $answer->{old_workers}", 'ok 1', 'a reload while a request is under way: an old worker stays');
$answer = status();
is(join(' ', map { $answer->{"old_worker_sessions$_"} } '', '_blue', '_green'), '1 1 0', 'status: its sessions, by colour');
close $slow;

# --- HAProxy away, files away

end_process($haproxy->{pid});
is(change('reload')->{end}, 'haproxy', 'HAProxy is down: no reload');
is(install(sha256($file), $first)->{end}, 'haproxy', 'HAProxy is down: no install');
$answer = status();
is("$answer->{config} " . ($answer->{config_note} || ''), 'unknown HAProxy does not answer', 'HAProxy is down: status does not know');
rename $file, "$file.away";
is(lb('config')->{end}, 'disk', 'no file: disk');
write_file($file, '#' x 262_145);
like(lb('config')->{message}, qr/has more than 262144 bytes/, 'a file that is too long for us: said');

done();
