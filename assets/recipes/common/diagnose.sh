#!/bin/sh
# Why does this host fail verify? What the app answers, and the last lines that it wrote.
set -eu

echo "current is $(basename "$(readlink current || echo nothing)")"

perl -MIO::Socket::INET - <<'EOF' || true
alarm 10;
my ($method, $path, $port) = @ENV{qw(BGC_HEALTH_METHOD BGC_HEALTH_PATH BGC_PORT)};
my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")
    or die "127.0.0.1:$port does not answer: $!\n";
print {$socket} "$method $path HTTP/1.0\r\nHost: 127.0.0.1:$port\r\n\r\n";
read $socket, my $answer, 4096;
print "$method http://127.0.0.1:$port$path\n$answer\n";
EOF

if [ -e shared/log/app.log ]; then
    echo "the end of shared/log/app.log:"
    tail -n 20 shared/log/app.log
fi
