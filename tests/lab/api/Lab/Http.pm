package Lab::Http;

# A small HTTP/1.1 server: one process, many connections, none waits for another.
# A handler gets { method, path, query => {}, headers => {}, body } and gives back
# { status, headers => [], body, delay_s, cut }: `delay_s` keeps the answer back, `cut` sends half of it and hangs up.

use strict;
use warnings;
use Errno qw(EAGAIN EINTR EWOULDBLOCK);
use IO::Select       ();
use IO::Socket::INET ();
use Time::HiRes qw(time);

use constant { HEAD_MAX => 16_384, BODY_MAX => 1_048_576, READ_SIZE => 65_536 };

my %reason = (
    200 => 'OK', 201 => 'Created', 202 => 'Accepted', 204 => 'No Content', 400 => 'Bad Request',
    401 => 'Unauthorized', 403 => 'Forbidden', 404 => 'Not Found', 405 => 'Method Not Allowed', 409 => 'Conflict', 413 => 'Payload Too Large',
    422 => 'Unprocessable Entity', 429 => 'Too Many Requests', 500 => 'Internal Server Error', 503 => 'Service Unavailable',
);

# serve PORT HANDLER: does not come back.
sub serve {
    my ($port, $handler) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $listener = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 128, ReuseAddr => 1, Blocking => 0,
    ) or die "127.0.0.1:$port: $@\n";
    my %clients;    # by file number: { socket, in, out, due, last }

    while (1) {
        my $now    = time;
        my $reads  = IO::Select->new($listener, map { $_->{socket} } grep { !defined $_->{due} } values %clients);
        my $writes = IO::Select->new(map { $_->{socket} } grep { is_due($_, $now) } values %clients);
        my ($wait) = sort { $a <=> $b } map { $_->{due} - $now } grep { defined $_->{due} && $_->{due} > $now } values %clients;
        my ($readable, $writable) = IO::Select->select($reads, $writes, undef, $wait);

        for my $socket (@{ $readable // [] }) {
            if ($socket == $listener) {
                my $client = $listener->accept or next;
                $client->blocking(0);
                $clients{ fileno $client } = { socket => $client, in => '', out => '' };
                next;
            }
            my $client = $clients{ fileno $socket };
            if (!fill($client)) {
                delete $clients{ fileno $socket };
                next;
            }
            take_request($client, $handler);
        }
        for my $socket (@{ $writable // [] }) {
            my $client = $clients{ fileno $socket } or next;
            drain($client) or delete $clients{ fileno $socket };
            # A client may have sent its next request already.
            take_request($client, $handler) if !defined $client->{due};
        }
    }
}

sub is_due {
    my ($client, $now) = @_;
    return defined $client->{due} && $client->{due} <= $now;
}

# fill, drain: false where the connection is over.
sub fill {
    my ($client) = @_;
    my $got = sysread $client->{socket}, $client->{in}, READ_SIZE, length $client->{in};
    return defined $got ? $got > 0 : try_again();
}

sub drain {
    my ($client) = @_;
    my $sent = syswrite $client->{socket}, $client->{out};
    return try_again() if !defined $sent;
    substr $client->{out}, 0, $sent, '';
    return 1 if length $client->{out};
    delete $client->{due};
    return !$client->{last};
}

sub try_again {
    return $! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR;
}

# take_request: answers the first request of the input buffer, if it is there as a whole.
sub take_request {
    my ($client, $handler) = @_;
    my $end = index $client->{in}, "\r\n\r\n";
    if ($end < 0) {
        reply($client, { status => 400, body => '' }, 1) if length $client->{in} > HEAD_MAX;
        return;
    }
    my ($first, @lines) = split /\r\n/, substr $client->{in}, 0, $end;
    my %headers = map { /^([^:]+):\s*(.*?)\s*$/ ? (lc $1 => $2) : () } @lines;
    my $length  = ($headers{'content-length'} // '') =~ /^(\d+)$/ ? $1 : 0;
    return reply($client, { status => 413, body => '' }, 1) if $length > BODY_MAX;
    return if length $client->{in} < $end + 4 + $length;

    my $body = substr $client->{in}, $end + 4, $length;
    substr $client->{in}, 0, $end + 4 + $length, '';
    my ($method, $target, $version) = $first =~ m{^([A-Z]+) (/\S*) HTTP/1\.([01])$}
      or return reply($client, { status => 400, body => '' }, 1);
    my ($path, $query) = split /\?/, $target, 2;
    my $last = $version eq '0' || lc($headers{connection} // '') eq 'close';
    my $response = eval {
        $handler->({ method => $method, path => unescape($path), query => query_parse($query // ''),
                headers => \%headers, body => $body, });
    };
    if (!$response) {
        print STDERR "$method $target: $@";
        $response = { status => 500, body => qq({"id":"server_error","message":"the emulator failed"}) };
    }
    printf STDERR "%s %s %s %d\n", scalar localtime, $method, $target, $response->{status};
    reply($client, $response, $last);
    return;
}

sub reply {
    my ($client, $response, $last) = @_;
    my $body = $response->{body} // '';
    my @head = @{ $response->{headers} // [] };
    push @head, 'content-type', 'application/json; charset=utf-8' if length $body;
    push @head, 'content-length', length $body if $response->{status} != 204;
    push @head, 'connection', 'close' if $last;
    my $out = "HTTP/1.1 $response->{status} " . ($reason{ $response->{status} } // 'Other') . "\r\n";
    while (my ($name, $value) = splice @head, 0, 2) {
        $out .= "$name: $value\r\n";
    }
    $out .= "\r\n$body";
    $out = substr $out, 0, length($out) - int(length($body) / 2) - 1 if $response->{cut};
    $client->{out}  = $out;
    $client->{last} = $last || $response->{cut};
    $client->{due}  = time + ($response->{delay_s} // 0);
    return;
}

sub query_parse {
    my ($text) = @_;
    return { map { my ($name, $value) = split /=/, $_, 2; (unescape($name) => unescape($value // '')) } grep { length } split /&/, $text };
}

sub unescape {
    my ($text) = @_;
    $text =~ tr/+/ /;
    $text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    return $text;
}

1;
