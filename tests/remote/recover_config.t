#!/usr/bin/perl
# bgc-lb config-install, reload, maintenance and mend, killed at each fsync, each rename and each write to a socket in turn:
# after `recover` the file, the worker and the record agree, and no byte of either file is lost.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

if (system('strace -o /dev/null true 2>/dev/null') != 0) {
    print "1..0 # skipped: strace may not be used here\n0 passed, 0 failed\n";
    exit 77;
}

my $lb = install_helper('bgc-lb', SAMPLE_AFTER_MS => 0);
my ($blue, $green) = (start_app(), start_app());
my ($state, $map, $page_map, $file) = ("$dir/lib/shop", "$dir/traffic.map", "$dir/maintenance.map", "$dir/haproxy.cfg");
my $haproxy = start_haproxy(
    blue_servers  => "server web-blue-1 127.0.0.1:$blue->{port} check",
    green_servers => "server web-green-1 127.0.0.1:$green->{port} check",
);
mkdir $state;
write_file("$dir/etc/shop.conf", balancer_conf($haproxy, config_file => $file, server_state_file => "$dir/servers.state",
    maintenance_map => $page_map));

my $seq = 0;

sub change { my ($verb, @more) = @_; $seq++; return ($verb, env => 'shop', run => 'r', epoch => 1, seq => $seq, nonce => "n$seq", @more) }

sub status { return ask($lb, 'status', env => 'shop') }

sub cli { return talk_to("$dir/stats.sock", $_[0]) }

sub sha256 { return (split ' ', `sha256sum $_[0]`)[0] }

# Two configurations, told apart by a server; the worker says which of them it has loaded.
my %text = (first => slurp($file));
$text{second} = $text{first} =~ s/^( *)(server web-green-1 .*)$/$1$2\n$1server second 127.0.0.1:$green->{port} check/mr;

sub file_is   { my ($is) = grep { slurp($file) eq $text{$_} } keys %text; return $is || 'torn' }

sub worker_is { return cli('show servers state green_backend') =~ / second / ? 'second' : 'first' }

sub run_cut_off_at {
    my ($call, $count, @change) = @_;
    my ($pid, $in, $out) = start_command('strace', '-o', '/dev/null', '-e', "trace=$call", '-e', "inject=$call:signal=SIGKILL:when=$count", $lb);
    print {$in} request(@change);
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return answer_of(defined $text ? $text : '');
}

# What all must agree on; empty where they do.
sub disagreement {
    my ($now) = @_;
    return 'the intent is open'                                            if $now->{intent} ne 'none';
    return "the share is $now->{disk_share} and $now->{runtime_share}"     if $now->{disk_share} ne $now->{runtime_share};
    return "trouble: $now->{trouble}"                                      if defined $now->{trouble};
    return 'the file is ' . file_is() . ', the worker has ' . worker_is()  if file_is() ne worker_is();
    return "the configuration is $now->{config}: $now->{config_note}"      if ($now->{config} || '') ne 'same';
    return '';
}

sub install_the_other {
    my $other = file_is() eq 'first' ? 'second' : 'first';
    return change('config-install', from_sha256 => sha256($file), body => $text{$other});
}

ask($lb, change('reload'))->{end} eq 'ok' or die 'the first reload failed';

my ($page, %broken) = (0);
for my $case (
    ['config-install', \&install_the_other],
    ['reload',         sub { return change('reload') }],
    ['maintenance',    sub { return change('maintenance', on => status()->{maintenance} eq 'on' ? 0 : 1) }],
    ['mend of a map',  sub { cli("clear map $map"); return change('mend', what => 'map', share => 0) }],
    ['mend of a file', sub { write_file($file, slurp($file) . "# by hand\n"); return change('mend', what => 'config') }],
) {
    my ($name, $next) = @$case;
    for my $call (qw(fsync rename sendto)) {
        my ($points, @wrong) = (0);
        for my $count (1 .. 40) {
            my @request = $next->();
            my $answer  = run_cut_off_at($call, $count, @request);
            last if defined $answer->{end} && $answer->{end} eq 'ok';
            $points++;
            my $recovered = ask($lb, 'recover', env => 'shop');
            my $open      = -e "$state/intent" ? 'the intent is open after recover' : '';
            my $wrong     = ($recovered->{end} ne 'ok' && $recovered->{message}) || $open;
            my $again     = ask($lb, @request);
            # Cut off before its intent, it is a new change; a world that recover has changed refuses it.
            $wrong ||= "asked again: $again->{end} $again->{message}" if $again->{end} !~ /\A(?:ok|haproxy|reload|conflict)\z/;
            $wrong ||= disagreement(status());
            push @wrong, "$count: $wrong" if $wrong;
        }
        ok($points > 0, "$name: killed at $points points, each a $call");
        is(join('; ', @wrong), '', "$name: recovered from all of them");
    }
}

# --- HAProxy is down: a boot

sub cut_off_install {
    $seq++;
    my ($from, $to) = @_;
    my $worker = status()->{worker_pid} || 1;
    my %sha256 = map { write_file("$dir/text", $text{$_}); ($_ => sha256("$dir/text")) } keys %text;
    mkdir "$state/configs";
    write_file("$state/configs/$sha256{$_}", $text{$_}) for keys %text;
    write_file("$state/intent", "epoch=1\nfrom=$sha256{$from}\nnonce=n$seq\nold_worker=$worker\nrun=r\nseq=$seq\nto=$sha256{$to}\nverb=config-install\n");
}

cut_off_install('first', 'second');
write_file($file, "# by hand\n$text{first}");
is(ask($lb, 'recover', env => 'shop')->{end}, 'ok', 'cut off, and the file was changed by hand: settled');
like(slurp($file), qr/\A# by hand/, 'and left as it is');
is(status()->{outcome}, 'reload', 'its outcome is no success');
end_process($haproxy->{pid});
cut_off_install('first', 'second');
write_file($file, $text{second});
is(ask($lb, 'recover', env => 'shop')->{end}, 'ok', 'HAProxy is down: settled');
is(file_is(), 'first', 'by the old file');
cut_off_install('first', 'second');
is(ask($lb, 'recover', env => 'shop')->{end} . file_is(), 'okfirst', 'HAProxy is down: one that was never written, too');

done();
