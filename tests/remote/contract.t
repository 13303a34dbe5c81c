#!/usr/bin/perl
# bgc-lb contract: how far a contract migration is, written down for whoever asks later.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
my $state = "$dir/lib/shop";
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy));
my ($old, $new) = map { $_ x 40 } qw(a b);
my $seq = 0;

sub lb { my ($verb, @more) = @_; return ask($lb, $verb, env => 'shop', @more) }

sub change {
    my ($verb, @more) = @_;
    $seq++;
    return lb($verb, run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more);
}

sub told { my $now = lb('status'); return join ' ', map { defined $_ ? $_ : '-' } map { $now->{$_} } qw(contract contract_release contract_closed contract_run) }

sub is_up { my ($name) = @_; return talk_to("$dir/stats.sock", 'show servers state') =~ / \Q$name\E \S+ 2 0 \d+ \d+ \d+ \d+ 3 4 / }
eventually(sub { is_up('web-blue-1') && is_up('web-green-1') }) or die 'HAProxy never checked its servers';

is(told(), 'none - - -', 'nobody ever began one');
is(change('contract', state => 'begun', release => $new, closed => $old)->{end}, 'ok', 'it begins');
is(told(), "begun $new $old r", 'status tells it');
is(change('contract', state => 'done', release => $new, closed => $old)->{end}, 'ok', 'it has ended');
is(told(), "done $new $old r", 'status tells that');
like(lb('audit')->{audit}, qr/ verb=contract from=$old to=$new:done outcome=ok\z/, 'so does the audit');

my @again = (run => 'r', epoch => 1, seq => $seq, nonce => "n$seq");
is(lb('contract', @again, state => 'failed', release => $new)->{repeated}, 1, 'a known nonce answers what was recorded');
is(told(), "done $new $old r", 'and changes nothing');
is(lb('contract', run => 'r', epoch => 1, seq => 1, nonce => 'late', state => 'failed', release => $new)->{end}, 'stale', 'a lower pair is stale');

is(change('contract', state => 'half', release => $new)->{end}, 'usage', 'no such state');
is(change('contract', state => 'done', release => 'main')->{end}, 'usage', 'a name is no sha');
is(change('contract', state => 'failed', release => $new)->{end}, 'ok', 'where nobody knew what it closes');
is(told(), "failed $new - r", 'status tells nothing of it');

# Cut off between the intent and the record: what was said is said still.
$seq++;
write_file("$state/intent", "verb=contract\nrun=q\nepoch=1\nseq=$seq\nnonce=cut\nfrom=$old\nto=$new:begun\nstate=begun\nrelease=$new\nclosed=$old\n");
is(lb('recover')->{end}, 'ok', 'recover');
is(told(), "begun $new $old q", 'a word that was cut off still counts');

is(change('switch', from => 0, to => 100, server => 'green_backend/web-green-1', fuse_s => 60)->{end}, 'ok', 'a switch with a fuse');
my $answer = change('contract', state => 'begun', release => $new, closed => $old);
like("$answer->{end} $answer->{message}", qr/\Aconflict the switch is not confirmed/, 'what may still be taken back closes no way');

done();
