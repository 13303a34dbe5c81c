#!/usr/bin/perl
# bgc-lb: what others can read of a run: the audit, events, receipts; and that all have bounds.

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

# --- the audit

is(lb('audit')->{text}, "end=ok\n", 'no audit yet');
lb('acquire', run => 'r1', who => 'ann lee', where => 'office');
lb('takeover', run => 'r2', who => 'bob', where => 'home', from_epoch => 1);
like(lb('audit')->{audit}, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ uptime_ms=\d+ who=bob\@home run=r2 verb=takeover from=- to=- outcome=ok\z/, 'one line a change');
lb('takeover', run => 'r1', who => 'ann lee', where => 'office', from_epoch => 2);
like(lb('audit', last => 1)->{audit}, qr/ who=ann%20lee\@office /, 'a name stays one word');
is(scalar @{ lb('audit')->{all}{audit} }, 2, 'both lines');
is(scalar @{ lb('audit', last => 1)->{all}{audit} }, 1, 'the last one');
write_file("$state/audit", "x" x 262_143 . "\n" . slurp("$state/audit"));
lb('takeover', run => 'r2', who => 'bob', where => 'home', from_epoch => 3);
ok(-s "$state/audit" < 1000 && -s "$state/audit.1" > 262_144, 'a long audit makes room');
is(scalar @{ lb('audit', last => 2)->{all}{audit} }, 2, 'and is read across');

# --- events

is(lb('events')->{next_event}, 1, 'no event yet');
is(lb('event', run => 'r1', text => 'deploy: web-green-1 ok')->{event}, 1, 'the first event');
is(lb('event', run => 'r1', text => 'gr' . "\xc3\xbc" . 'n 100 %')->{event}, 2, 'the second');
my $answer = lb('events');
like($answer->{all}{event}[0], qr/\A1 \S+Z r1 deploy: web-green-1 ok\z/, 'number, time, run, text');
like($answer->{all}{event}[1], qr/ r1 gr\xc3\xbcn 100 %\z/, 'as it was given');
$answer = lb('events', from_event => 2);
is(scalar(@{ $answer->{all}{event} }) . " $answer->{next_event}", '1 3', 'from a number on');
is(lb('events', from_event => 3)->{text}, "next_event=3\nend=ok\n", 'nothing new');
is(lb('event', run => 'r1', text => "two\nlines")->{end}, 'usage', 'one line');
is(lb('event', run => 'r1', text => 'x' x 513)->{end}, 'usage', 'of 512 bytes');
write_file("$state/events", slurp("$state/events") . '3 to');
lb('event', run => 'r1', text => 'after a torn line');
is((split ' ', lb('events')->{event}, 4)[3], 'after a torn line', 'a torn line is no event, and spoils none');
unlink "$state/events";
lb('event', run => 'r1', text => $_) for 1, 2;
write_file("$state/events", slurp("$state/events") . join('', map { "$_ 2026-01-01T00:00:00Z r1 " . 'x' x 512 . "\n" } 3 .. 1200) . '1201 to');
is(scalar @{ lb('events')->{all}{event} }, 1000, 'the newest 1000; a torn line is none');
is(lb('event', run => 'r1', text => 'the next')->{event}, 1201, 'the numbers go on');
is(scalar(() = slurp("$state/events") =~ /\n/g), 1000, 'and the old ones are gone');
is(lb('events', from_event => 1201)->{all}{event}[0] =~ s/\S+Z/T/r, '1201 T r1 the next', 'the torn one too');

# --- receipts

is(lb('receipts')->{text}, "end=ok\n", 'no receipt yet');
is(lb('receipt', run => 'r1')->{end}, 'unknown', 'no receipt of this run');
my $receipt = "served=100\nfailed=0\n\0";
is(lb('put-receipt', run => 'r1', body => $receipt)->{end}, 'ok', 'a receipt');
is(lb('receipt', run => 'r1')->{text}, 'receipt=' . length($receipt) . "\n$receipt\nend=ok\n", 'as it was put');
is(lb('put-receipt', run => 'big', body => 'x' x 16_385)->{end}, 'usage', 'at most 16 KiB');
is(lb('put-receipt', run => '../r1', body => 'x')->{end}, 'usage', 'a run is no path');
for my $number (100 .. 198) {
    write_file("$state/receipts/r$number", 'x');
    utime $number, $number, "$state/receipts/r$number";
}
is(lb('put-receipt', run => 'r2', body => 'y')->{end}, 'ok', 'the 101st');
my @runs = @{ lb('receipts')->{all}{run} };
is(scalar(@runs) . " $runs[-1]", '100 r101', 'the oldest has made room');
is(join(' ', sort @runs[0, 1]), 'r1 r2', 'the newest come first');

done();
