#!/usr/bin/perl
# bgc-lb recover: whatever was cut off, and wherever, is ended: disk = HAProxy = recorded. The
# helper is killed at each of its writes to the disk in turn, by strace.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my @servers = (
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
my $haproxy = start_haproxy(@servers);
my ($state, $map) = ("$dir/lib/shop", "$dir/traffic.map");
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub status { return lb('status') }

# The next change of run r, as a request.
sub change {
    my ($verb, @more) = @_;
    my $seq = 1 + ((slurp("$state/state") || '') =~ /^seq=(\d+)$/m ? $1 : 0);
    return ($verb, env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "$verb-$seq", @more);
}

sub is_checked { return 2 == (() = talk_to("$dir/stats.sock", 'show servers state') =~ / web-\S+-1 \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 /g) }

sub set_in_fuse {
    my ($key, $value) = @_;
    my $text = slurp("$state/fuse");
    $text =~ s/^$key=.*$/$key=$value/m or die "no $key in $text";
    write_file("$state/fuse", $text);
}

sub kill_guard {
    my ($pid) = (slurp("$state/guard") || '') =~ /(\d+)/ or return;
    kill KILL => $pid;
    eventually(sub { !kill 0 => $pid });
}

eventually(\&is_checked) or die 'HAProxy never checked its servers';

is(lb('recover')->{end}, 'ok', 'nothing to recover');
is(ask($lb, 'recover')->{env}, 'shop', 'without env: all of this host');
is(ask($lb, 'recover', env => 'shop', env => 'x')->{end}, 'usage', 'one at a time');

# --- killed at every fsync, until one run of the helper lives to its end

# Leaves the helper's processes alone and kills only itself; the guard is another process.
sub run_cut_off_at {
    my ($count, @change) = @_;
    my ($pid, $in, $out) = start_command('strace', '-o', '/dev/null', '-e', 'trace=fsync', '-e', "inject=fsync:signal=SIGKILL:when=$count", $lb);
    print {$in} request(@change);
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return answer_of(defined $text ? $text : '');
}

# What all must agree on once a crash is over; empty where they do.
sub disagreement {
    my ($now) = @_;
    my ($recorded) = (slurp("$state/state") || "to=0\n") =~ /^to=(\d+)$/m;
    $recorded = (slurp("$state/state") =~ /^from=(\d+)$/m)[0] if ($now->{outcome} || 'ok') eq 'haproxy';
    return "disk $now->{disk_share}, HAProxy $now->{runtime_share}, recorded $recorded, intent $now->{intent}"
        if grep { $_ ne $now->{disk_share} } $now->{runtime_share}, $recorded;
    return $now->{intent} eq 'none' ? '' : 'the intent is open';
}

if (system('strace -o /dev/null true 2>/dev/null') == 0) {
    for my $case (
        ['a switch',            0, 'switch', from => 0, to => 100],
        ['a switch with a fuse', 0, 'switch', from => 0, to => 100, fuse_s => 600],
        ['finish',              1, 'finish'],
        ['revert',              1, 'revert'],
        ['a fuse that is due',  1, 'recover'],
    ) {
        my ($name, $fused, @change) = @$case;
        my ($points, @wrong) = (0);
        for my $count (1 .. 40) {
            my ($from) = slurp($map) =~ /(\d+)/;
            ask($lb, change('finish')) if -e "$state/fuse";
            ask($lb, change('switch', from => $from, to => 0)) if $from;
            ask($lb, change('switch', from => 0, to => 100, fuse_s => 600)) if $fused;
            my @request = $change[0] eq 'recover' ? ('recover', env => 'shop') : change(@change);
            if ($change[0] eq 'recover') {
                kill_guard();
                set_in_fuse(deadline_ms => 1);
            }
            my $answer = run_cut_off_at($count, @request);
            last if defined $answer->{end} && $answer->{end} eq 'ok';
            $points++;
            kill_guard() if $count % 2;
            my $recovered = lb('recover');
            my $now = status();
            my $wrong = disagreement($now) || ($recovered->{end} eq 'ok' ? '' : "recover: $recovered->{message}");
            $wrong ||= 'not reverted' if $change[0] eq 'recover' && "$now->{fuse} $now->{disk_share}" ne 'fired 0';
            $wrong ||= 'moved without a fuse' if "@change" =~ /fuse_s/ && $now->{fuse} ne 'armed' && $now->{runtime_share} == 100;
            my $again = ask($lb, @request);
            $wrong ||= "asked again: $again->{end}" if $again->{end} !~ /\A(?:ok|haproxy)\z/;
            $wrong ||= 'finished, and a fuse is left' if $change[0] eq 'finish' && -e "$state/fuse";
            push @wrong, "$count: $wrong" if $wrong;
        }
        ok($points > 5, "$name: killed at $points points") or print "#   @wrong\n";
        is(join('; ', @wrong), '', "$name: recovered from all of them");
    }
}
else {
    ok(1, 'skipped: strace may not be used here');
}

# --- HAProxy is down when the fuse is due

lb('recover');
ask($lb, change('finish')) if status()->{fuse} eq 'armed';
my $from = status()->{runtime_share};
ask($lb, change('switch', from => $from, to => 0)) if $from;
ask($lb, change('switch', from => 0, to => 100, fuse_s => 600));
end_process($haproxy->{pid});
set_in_fuse(deadline_ms => 1);
ok(eventually(sub { slurp($map) eq "green_share 0\n" }), 'HAProxy is down at the deadline: the disk is reverted');
ok(eventually(sub { status()->{fuse} eq 'held' }), 'and the fuse held, for HAProxy may just be starting');
$haproxy = start_haproxy(@servers, live_share => 0);
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
ok(eventually(sub { status()->{fuse} eq 'fired' }), 'it is back: fired');
is(disagreement(status()), '', 'and all agree');

# --- after a boot

eventually(\&is_checked) or die;
ask($lb, change('switch', from => 0, to => 100, fuse_s => 600));
kill_guard();
end_process($haproxy->{pid});
set_in_fuse(boot_id => 'another');
my $answer = ask($lb, 'recover');
is("$answer->{end} $answer->{disk_share} $answer->{fuse}", 'ok 0 fired', 'a boot, before HAProxy: an open fuse means revert');
is(slurp($map), "green_share 0\n", 'on the disk');
ok(!-e "$state/intent", 'no intent is left');

my ($seq) = slurp("$state/state") =~ /^seq=(\d+)$/m;
my $next = $seq + 1;
write_file("$state/intent", "epoch=1\nfrom=0\nnonce=cut\nrun=r\nseq=$next\nto=100\n");
write_file($map, "green_share 100\n");
is(ask($lb, 'recover')->{disk_share}, 0, 'an intent open at boot: back to the share before it');
like(slurp("$state/state"), qr/^outcome=haproxy$/m, 'its outcome is recorded');

$haproxy = start_haproxy(@servers);
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
is(disagreement(status()), '', 'HAProxy has started: all agree');

eventually(\&is_checked) or die;
ask($lb, change('switch', from => 0, to => 100, fuse_s => 600));
kill_guard();
set_in_fuse(boot_id => 'another');
$answer = lb('recover');
is("$answer->{end} $answer->{disk_share} $answer->{fuse}", 'ok 0 fired', 'a boot, after HAProxy: reverted as well');
is(disagreement(status()), '', 'and all agree');

write_file("$state/fuse", "is=armed\n");
like(ask($lb, 'recover')->{trouble}, qr/shop: .*fuse has no run/, 'a damaged fuse: said, by environment');

done();
