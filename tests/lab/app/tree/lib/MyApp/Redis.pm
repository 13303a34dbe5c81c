package MyApp::Redis;

# As much of Redis as this application needs: one command, one answer (https://redis.io/docs/reference/protocol-spec).

use strict;
use warnings;
use IO::Socket::INET ();

# ADDRESS is host:port. Dies where nobody answers.
sub new {
    my ($class, $address) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => $address, Timeout => 2) or die "Redis at $address: $!\n";
    return bless { socket => $socket, address => $address }, $class;
}

# A text, a number, undef for nothing, a reference to a list.
sub ask {
    my ($self, @words) = @_;
    print { $self->{socket} } '*' . @words . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @words;
    return $self->answer;
}

sub answer {
    my ($self) = @_;
    my $line = readline($self->{socket}) // die "Redis at $self->{address} hung up\n";
    $line =~ s/\r\n\z//;
    my ($type, $rest) = $line =~ /\A([-+:\$*])(.*)\z/ or die "Redis at $self->{address} said '$line'\n";
    die "Redis at $self->{address}: $rest\n" if $type eq '-';
    return $rest if $type eq '+' || $type eq ':';
    return undef if $rest < 0;
    return [map { $self->answer } 1 .. $rest] if $type eq '*';
    read $self->{socket}, my $text, $rest + 2;
    return substr $text, 0, $rest;
}

# All keys that begin so, a few at a time: a store with many is not held up.
sub keys_like {
    my ($self, $beginning) = @_;
    my ($cursor, %keys) = (0);
    do {
        my $found = $self->ask('SCAN', $cursor, 'MATCH', "$beginning*", 'COUNT', 100);
        $cursor = $found->[0];
        $keys{$_} = 1 for @{ $found->[1] };
    } while $cursor;
    return sort keys %keys;
}

1;
