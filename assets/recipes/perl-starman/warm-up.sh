#!/bin/sh
# Requests enough that each worker has answered some: what an app loads or connects at its first
# request is then done before a user's comes. Only a host that does not answer at all fails.
set -eu

perl - <<'EOF'
use strict;
use warnings;
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($method, $path, $port) = @ENV{qw(BGC_HEALTH_METHOD BGC_HEALTH_PATH BGC_PORT)};
my $wanted   = 5 * $ENV{BGC_WORKERS};
my $deadline = time + 50;
my (@took_ms, $why);

while (@took_ms < $wanted && time < $deadline) {
    my $began = time;
    if (eval { ask() }) { push @took_ms, 1000 * (time - $began) }
    else { $why = $@; select undef, undef, undef, 0.2 }
}
@took_ms or die "warm-up: http://127.0.0.1:$port$path does not answer: $why";
my @sorted = sort { $a <=> $b } @took_ms;
printf "%d requests: the first took %.0f ms, the median %.0f ms, the slowest %.0f ms\n",
    scalar @took_ms, $took_ms[0], $sorted[@sorted / 2], $sorted[-1];

sub ask {
    local $SIG{ALRM} = sub { die "no answer within 10 s\n" };
    alarm 10;
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die "$!\n";
    print {$socket} "$method $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\n\r\n";
    local $/;
    my $answer = <$socket>;
    alarm 0;
    defined $answer && $answer =~ m{\AHTTP/1} or die "it does not speak HTTP\n";
    return 1;
}
EOF
