package MyApp::Sessions;

# How often each visitor was here, in a store that all hosts of both colours share: so a switch loses nobody's session.
#
# Two shapes of the data, and the way from the one to the other:
#
#   counter   counter:ID = N                         what the older releases read and write
#   visits    visits:ID = { count, last }            what the newer ones read
#
# Between `expand` and `contract` both kinds of release are live. The newer one then writes both shapes, so that the
# older one, during a canary and after a rollback, still finds what it needs.

use strict;
use warnings;
use MyApp::Redis ();

# The shape that this code reads.
our $SHAPE = 'counter';

sub new {
    my ($class, $address) = @_;
    return bless { redis => MyApp::Redis->new($address) }, $class;
}

# One visit more; returns which one it is.
sub visit {
    my ($self, $id) = @_;
    my $redis = $self->{redis};
    return $redis->ask('INCR', "counter:$id") if $SHAPE eq 'counter';
    my $contracted = ($redis->ask('GET', 'shape') // '') eq 'visits';
    my $count = $contracted ? $redis->ask('HINCRBY', "visits:$id", 'count', 1) : $redis->ask('INCR', "counter:$id");
    $redis->ask('HSET', "visits:$id", 'count', $count, 'last', time);
    return $count;
}

# Makes the new shape beside the old one. What an older release writes meanwhile stands in the old shape, which stays
# the true one until the contract. May be run again.
sub expand {
    my ($self) = @_;
    my $redis = $self->{redis};
    my @ids = map { substr $_, length 'counter:' } $redis->keys_like('counter:');
    $redis->ask('HSET', "visits:$_", 'count', $redis->ask('GET', "counter:$_") // 0) for @ids;
    return scalar @ids;
}

# Takes the old shape away. No release that reads it may be live, now or later.
sub contract {
    my ($self) = @_;
    my $redis = $self->{redis};
    my $count = $self->expand;    # whatever an older release wrote last
    $redis->ask('SET', 'shape', 'visits');
    $redis->ask('DEL', $_) for $redis->keys_like('counter:');
    return $count;
}

1;
