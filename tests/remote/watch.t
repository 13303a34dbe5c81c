#!/usr/bin/perl
# bgc-lb watch: samples, ticks, trouble, and that it ends when nobody listens.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb');
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
mkdir "$dir/lib/shop";

sub watch {
    my ($interval) = @_;
    my ($pid, $in, $out) = start_command($lb);
    print {$in} request('watch', env => 'shop', interval_ms => $interval);
    $in->flush;
    return { pid => $pid, in => $in, out => $out, text => '' };
}

# Reads on until the text so far satisfies the code.
sub read_until {
    my ($watch, $code, $limit_s) = @_;
    return eventually(sub {
        my $ready = '';
        vec($ready, fileno $watch->{out}, 1) = 1;
        sysread $watch->{out}, $watch->{text}, 65536, length $watch->{text} if select($ready, undef, undef, 0.05) > 0;
        return $code->($watch->{text});
    }, $limit_s);
}

sub samples { my ($text) = @_; return scalar(() = $text =~ /^at=/mg) }

my $watch = watch(200);
ok(read_until($watch, sub { samples($_[0]) >= 4 }), 'samples come');
my $answer = answer_of($watch->{text} =~ s/^at=\d+\n(?!.*^at=).*//msr);
ok(@{ $answer->{samples} } >= 3, 'samples are whole frames');
is($answer->{all}{disk_share}[0], 0, 'each with the share on disk');
my @parts = split /\n\n/, $answer->{samples}[0];
is(scalar @parts, 7, 'a sample holds seven answers');
like($parts[0], qr/^Pid: \d+$/m, 'show info');
like($parts[1], qr/ green_share 0\z/, 'show map');
like($parts[2], qr/ web-blue-1 /, 'show servers state, blue');
like($parts[3], qr/ web-green-1 /, 'show servers state, green');
like($parts[4], qr/^www,FRONTEND,/m, 'show stat, the frontend');
like($parts[5], qr/^blue_backend,BACKEND,/m, 'show stat, blue');
like($parts[6], qr/^green_backend,BACKEND,/m, 'show stat, green');
my @at = @{ $answer->{all}{at} };
ok($at[2] - $at[0] >= 380 && $at[2] - $at[0] < 1500, "the interval is kept: @at[0..2]");

write_file("$dir/traffic.map", "green_share 0\ngreen_share 1\n");
ok(read_until($watch, sub { $_[0] =~ /^disk_trouble=.*exactly one line/m }), 'a broken map on disk is told');
write_file("$dir/traffic.map", "green_share 0\n");

my $rss = sub { my ($kb) = slurp("/proc/$watch->{pid}/status") =~ /^VmRSS:\s+(\d+)/m; return $kb };
my $before = $rss->();
my $count = samples($watch->{text});
read_until($watch, sub { samples($_[0]) >= $count + 30 }, 20);
ok($rss->() - $before < 200, 'thirty samples more take no memory (' . ($rss->() - $before) . ' kB)');
ok(eventually(sub { !grep { /socket/ } map { readlink } grep { !m{/[012]\z} } glob "/proc/$watch->{pid}/fd/*" }),
    'no socket is held between samples');

end_process($haproxy->{pid});
ok(read_until($watch, sub { $_[0] =~ /^trouble=cannot connect to .*stats\.sock/m }), 'HAProxy gone: trouble in place of the sample');

close $watch->{in};
ok(eventually(sub { waitpid($watch->{pid}, 1) == $watch->{pid} }), 'standard input ends: it ends');
read_until($watch, sub { $_[0] =~ /^end=ok\n\z/m });
like($watch->{text}, qr/^end=ok\n\z/m, 'with its end line');

$watch = watch(200);
read_until($watch, sub { samples($_[0]) });
close $watch->{out};
ok(eventually(sub { waitpid($watch->{pid}, 1) == $watch->{pid} }), 'nobody reads any more: it ends');

$watch = watch(20_000);
ok(read_until($watch, sub { $_[0] =~ /^tick=\d+$/m }, 8), 'a long interval: a tick each 5 s');
end_process($watch->{pid});

is(ask($lb, 'watch', env => 'shop', interval_ms => 100)->{end}, 'usage', 'too often: usage');
is(ask($lb, 'watch', env => 'shop', interval_ms => 60_001)->{end}, 'usage', 'too seldom: usage');

done();
