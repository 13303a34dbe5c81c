#!/usr/bin/perl
# bgc-lb: the lease. Who holds it, who is refused, and that an older epoch changes nothing. No
# HAProxy: a lease is about people.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my $state = "$dir/lib/shop";
mkdir $state;
write_file("$dir/traffic.map", "green_share 0\n");
write_file("$dir/etc/shop.conf", balancer_conf({ port => 1 }));

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub acquire {
    my ($run, @more) = @_;
    return lb('acquire', run => $run, who => "$run-who", where => 'office', @more);
}

# As time goes by: changes the record.
sub rewrite_lease {
    my ($key, $value) = @_;
    my $text = slurp("$state/lease");
    $text =~ s/^\Q$key\E=.*$/$key=$value/m or die "no $key in $text";
    write_file("$state/lease", $text);
}

is(lb('status')->{lease}, 'none', 'no lease yet');
is(lb('renew', run => 'ann', epoch => 1)->{end}, 'stale', 'nothing to renew');

my $answer = acquire('ann', stage => 'preflight');
is("$answer->{end} $answer->{epoch} $answer->{left_ms}", 'ok 1 60000', 'the first lease');
is(sprintf('%o', (stat "$state/lease")[2] & 07777), '600', 'its record is private');
is(acquire('ann')->{epoch}, 1, 'the same run asks again: the same epoch');
is(acquire('ann', above => 6)->{epoch}, 7, 'above what was seen elsewhere');

$answer = acquire('bob');
is("$answer->{end} $answer->{who} $answer->{where} $answer->{run} $answer->{epoch}", 'busy ann-who office ann 7', 'another run: busy, and by whom');
ok($answer->{left_ms} > 0 && $answer->{left_ms} <= 60_000, "for another $answer->{left_ms} ms");
ok($answer->{since_ms} >= 0 && $answer->{since_ms} < 60_000, "since $answer->{since_ms} ms");
is(acquire('bob', ttl_s => 4)->{end}, 'busy', 'busy comes before what else is wrong');

is(lb('renew', run => 'ann', epoch => 6)->{end}, 'stale', 'an older epoch cannot renew');
is(lb('renew', run => 'bob', epoch => 7)->{end}, 'busy', 'another run cannot renew');
rewrite_lease(expires_ms => 1);
is(lb('status')->{lease}, 'expired', 'its time is over');
is(lb('renew', run => 'ann', epoch => 7, stage => 'watch')->{end}, 'ok', 'nobody took it: it may be renewed');
$answer = lb('status');
is("$answer->{lease} $answer->{lease_epoch} $answer->{lease_who} $answer->{lease_stage}", 'held 7 ann-who watch', 'status tells the holder');

rewrite_lease(expires_ms => 1);
is(acquire('bob')->{epoch}, 8, 'after its time another run has it');
is(lb('renew', run => 'ann', epoch => 7)->{end}, 'busy', 'who was late hears so');
is(lb('release', run => 'ann', epoch => 7)->{end}, 'busy', 'and cannot release it');

rewrite_lease(boot_id => 'another');
is(lb('status')->{lease}, 'void', 'another boot voids it');
is(lb('renew', run => 'bob', epoch => 8)->{end}, 'stale', 'and it cannot be renewed');
is(acquire('ann')->{epoch}, 9, 'but acquired');

$answer = lb('takeover', run => 'eve', who => 'eve', where => 'home', from_epoch => 8);
is("$answer->{end} $answer->{epoch}", 'stale 9', 'takeover from whom one did not see: stale');
for my $time ('taken over', 'asked again') {
    $answer = lb('takeover', run => 'eve', who => 'eve', where => 'home', from_epoch => 9);
    is("$answer->{end} $answer->{epoch} $answer->{old_run} $answer->{old_who} $answer->{old_where}", 'ok 10 ann ann-who office', $time);
}
is(scalar(() = slurp("$state/audit") =~ /verb=takeover/g), 1, 'one line in the audit');

write_file("$state/intent", "epoch=9\nfrom=0\nnonce=n\nrun=ann\nseq=1\nto=100\n");
$answer = lb('takeover', run => 'ann', who => 'ann', where => 'home', from_epoch => 10);
is($answer->{end}, 'haproxy', 'a change is open and cannot be settled: no takeover');
is(lb('status')->{lease_epoch}, 10, 'the lease stays');
unlink "$state/intent";

sub switch_at { my ($epoch) = @_; return lb('switch', run => 'x', epoch => $epoch, seq => 1, nonce => "n$epoch", from => 0, to => 100)->{end} }
is(switch_at(9), 'stale', 'a switch below the lease: stale');
is(switch_at(10), 'haproxy', 'a switch at it: on to HAProxy');
is(lb('release', run => 'eve', epoch => 10)->{end}, 'ok', 'released');
is(lb('release', run => 'eve', epoch => 10)->{end}, 'ok', 'released again');
is(lb('status')->{lease}, 'released', 'status says so');
is(switch_at(9), 'stale', 'its epoch is still the fence');
is(lb('renew', run => 'eve', epoch => 10)->{end}, 'stale', 'what was released cannot be renewed');
is(acquire('bob', ttl_s => 5)->{epoch}, 11, 'the next one');
is(acquire('bob', ttl_s => 4)->{end}, 'usage', 'ttl_s has bounds');
is(acquire('bob', where => "\e[31m")->{end}, 'usage', 'nobody draws on a terminal');
write_file("$state/lease", "epoch=11\n");
like(acquire('bob')->{message}, qr/lease has no run/, 'a damaged lease: said');

done();
