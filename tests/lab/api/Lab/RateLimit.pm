package Lab::RateLimit;

# The API's limits: 5,000 requests in any hour, and 250 (5 %) in any minute.
# `ratelimit-reset` is when the oldest counted request falls out of the hour, not when all of them do.

use strict;
use warnings;

use constant { HOUR_MAX => 5000, MINUTE_MAX => 250 };

sub new {
    my ($class) = @_;
    return bless { times => [] }, $class;
}

# count: counts one request. Returns whether it is allowed, and the headers of its answer.
sub count {
    my ($self) = @_;
    my $times  = $self->{times};
    my $now    = time;
    shift @$times while @$times && $times->[0] <= $now - 3600;
    my $minute  = grep { $_ > $now - 60 } @$times;
    my $allowed = @$times < HOUR_MAX && $minute < MINUTE_MAX;
    push @$times, $now if $allowed;
    my @headers = (
        'ratelimit-limit'     => HOUR_MAX,
        'ratelimit-remaining' => $minute < MINUTE_MAX ? HOUR_MAX - @$times : 0,
        'ratelimit-reset'     => $times->[0] + 3600,
    );
    # Only the limit of the minute tells when to come back.
    push @headers, 'retry-after', 60 if $minute >= MINUTE_MAX;
    return $allowed, @headers;
}

1;
