#!/bin/sh
# Is the new release's process up and answering? Any HTTP status will do here: what the answer is
# worth is judged by verify, which shows it with the end of the app's log.
set -eu

[ "$(cat current/REVISION)" = "$BGC_SHA" ] || {
    echo "smoke: current is $(cat current/REVISION), not $BGC_SHA" >&2
    exit 1
}

perl - <<'EOF' && exit 0
use strict;
use warnings;
use IO::Socket::INET;

my ($method, $path, $port) = @ENV{qw(BGC_HEALTH_METHOD BGC_HEALTH_PATH BGC_PORT)};
my $deadline = time + 30;
my $why = '';

while (time < $deadline) {
    my $answer = eval { ask() };
    exit judge($answer) if defined $answer;
    chomp($why = $@);
    select undef, undef, undef, 0.5;
}
print STDERR "smoke: http://127.0.0.1:$port$path does not answer: $why\n";
exit 1;

# The first bytes of an answer; dies with the reason where there is none. HTTP/1.0, so that the
# body comes as it is.
sub ask {
    local $SIG{ALRM} = sub { die "no answer within 10 s\n" };
    alarm 10;
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die "$!\n";
    print {$socket} "$method $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\n\r\n";
    $socket->flush;
    read $socket, my $answer, 65536;
    alarm 0;
    $answer =~ m{\AHTTP/1\.[01] \d{3}} or die "it does not speak HTTP\n";
    return $answer;
}

# Tells what was seen. An app that names its release in X-Release must name this one.
sub judge {
    my ($answer) = @_;
    my ($head, $body) = split /\r?\n\r?\n/, $answer, 2;
    my ($status)  = $head =~ m{\AHTTP/1\.[01] ([^\r\n]*)};
    my ($release) = $head =~ /^X-Release:\s*([0-9a-f]{7,40})\b/mi;
    print "$method $path: $status\n", substr($body || '', 0, 500), "\n";
    return 0 if !defined $release || index($ENV{BGC_SHA}, $release) == 0;
    print STDERR "smoke: 127.0.0.1:$port serves $release, not $ENV{BGC_SHA}\n";
    return 1;
}
EOF

if [ -e shared/log/app.log ]; then
    echo "the end of shared/log/app.log:" >&2
    tail -n 20 shared/log/app.log >&2
fi
exit 1
