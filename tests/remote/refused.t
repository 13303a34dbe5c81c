#!/usr/bin/perl
# bgc-lb switch where HAProxy does not do what it is told, once the intent is written: the change
# is taken back. A stand-in for HAProxy's two sockets plays what a real one does only rarely.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($map, $state) = ("$dir/traffic.map", "$dir/lib/shop");
mkdir $state;
my $app = start_app();
write_file("$dir/etc/shop.conf", balancer_conf({ port => $app->{port} }));

my $seq = 0;

# One switch from 0 to 100 against a stand-in that plays $how; returns the answer.
sub switch_against {
    my ($how) = @_;
    write_file($map, "green_share 0\n");
    unlink "$dir/stats.sock", "$dir/master.sock";
    my @sockets = map { IO::Socket::UNIX->new(Local => "$dir/$_.sock", Listen => 8) or die $! } qw(stats master);
    my @pids = map { stand_in($sockets[$_], $how, $_) } 0, 1;
    $seq++;
    my $answer = ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", from => 0, to => 100);
    end_process($_) for @pids;
    return $answer;
}

sub stand_in {
    my ($socket, $how, $is_master) = @_;
    my $pid = fork;
    return $pid if $pid;
    $SIG{TERM} = 'DEFAULT';
    my %haproxy = (share => 0, sets => 0);
    while (my $client = $socket->accept) {
        my $line = <$client>;
        print {$client} $is_master ? show_proc() : join '', map { reply(\%haproxy, $how, $_) . "\n" } split /;/, $line;
        close $client;
    }
    POSIX::_exit(0);
}

sub show_proc { return "1 master 0 [failed: 0] 0d 2.6\n# workers\n42 worker 0 0d 2.6\n# old workers\n# programs\n\n" }

sub reply {
    my ($haproxy, $how, $command) = @_;
    if ($command =~ /show info/) {
        my $first = !$haproxy->{looks}++;    # the look before the change finds all well
        return sprintf "Pid: %d\nStopping: %d\n", !$first && $how eq 'another' ? 41 : 42, !$first && $how eq 'stopping';
    }
    return $how eq 'twice' && $haproxy->{sets} ? "0x1 green_share 100\n0x2 green_share 0\n" : "0x1 green_share $haproxy->{share}\n"
        if $command =~ /show map/;
    my ($share) = $command =~ /set map \S+ \S+ (\d+)/ or return '';
    $haproxy->{sets}++;
    return "entry not found.\n" if $how eq 'refuses';
    $haproxy->{share} = $share unless $how eq 'ignores';
    return '';
}

for my $case (
    ['refuses',  qr/HAProxy answered: entry not found.*; the share is 0 as before/, 'an error'],
    ['ignores',  qr/the share reads 0 after it was set to 100; the share is 0 as before/, 'no effect'],
    ['twice',    qr/2 entries of green_share in the map; taking it back failed too/, 'a second entry'],
    ['another',  qr/the worker 41 is not the master's; taking it back failed too/, 'another worker than the master\'s'],
    ['stopping', qr/the worker 42 is stopping; taking it back failed too/, 'a worker that is stopping'],
) {
    my ($how, $message, $name) = @$case;
    my $answer = switch_against($how);
    is($answer->{end}, 'haproxy', "$name: haproxy");
    like($answer->{message}, $message, "$name: and says how it stands");
    is(slurp($map), "green_share 0\n", "$name: the disk is as before");
    ok(!-e "$state/intent", "$name: no intent is left");
}

done();
