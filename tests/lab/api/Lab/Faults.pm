package Lab::Faults;

# What can be wrong with the API, set from outside: /lab/fault?set=NAME[&count=N], /lab/fault?clear=NAME.
# Several may be set at once; the first of the table that answers wins.

use strict;
use warnings;
use JSON::PP ();

# name, what it does with a request: an answer in place of the true one, or changes to the true one.
my @faults = (
    [ '401'     => sub { refuse(401, 'unauthorized', 'Unable to authenticate you') } ],
    [ '429'     => sub { refuse(429, 'too_many_requests', 'API rate limit exceeded.', 'retry-after' => 10) } ],
    [ '500'     => sub { refuse(500, 'server_error', 'Unexpected server-side error') } ],
    [ '503'     => sub { refuse(503, 'service_unavailable', 'Service temporarily unavailable') } ],
    [ 'garbage' => sub { +{ status => 200, body => '<html><body>502 Bad Gateway</body></html>' } } ],
    [ 'cut'     => sub { +{ %{ $_[0]->() }, cut => 1 } } ],
    [ 'slow'    => sub { +{ %{ $_[0]->() }, delay_s => 8 } } ],
);

sub new {
    my ($class) = @_;
    return bless { left => {} }, $class;    # name => how many requests it still hits
}

# apply REQUEST ANSWER: ANSWER is a sub that makes the true response.
sub apply {
    my ($self, $request, $answer) = @_;
    for my $fault (@faults) {
        my ($name, $effect) = @$fault;
        next if !$self->{left}{$name};
        $self->{left}{$name}--;
        return $effect->($answer);
    }
    return $answer->();
}

# control REQUEST: what `lab break` and `lab mend` ask. Answers the faults that are set.
sub control {
    my ($self, $request) = @_;
    my $query = $request->{query};
    if (defined(my $name = $query->{set})) {
        return { status => 404, body => qq({"message":"no such fault"}) } if !grep { $_->[0] eq $name } @faults;
        $self->{left}{$name} = $query->{count} || 9**9;
    }
    delete $self->{left}{ $query->{clear} } if defined $query->{clear};
    my @set = grep { $self->{left}{$_} } map { $_->[0] } @faults;
    return { status => 200, body => JSON::PP::encode_json({ faults => \@set }) };
}

sub refuse {
    my ($status, $id, $message, @headers) = @_;
    return { status => $status, headers => \@headers, body => JSON::PP::encode_json({ id => $id, message => $message }) };
}

1;
