package Lab::Answer;

# What the API's answers are made of, whatever they are about: refusals, ids, times, truth.

use strict;
use warnings;
use JSON::PP ();
use POSIX    ();

# error STATUS MESSAGE: what a handler dies with.
sub error {
    my ($status, $message) = @_;
    my %id = (400 => 'bad_request', 404 => 'not_found', 409 => 'conflict', 422 => 'unprocessable_entity');
    die [ $status, { id => $id{$status}, message => $message } ];
}

sub missing {
    error(404, 'The resource you requested could not be found.');
}

sub true  { return JSON::PP::true }
sub false { return JSON::PP::false }

# uuid: names what has no number; a request is known by one too.
sub uuid {
    return join '-', map { join '', map { sprintf '%02x', int rand 256 } 1 .. $_ } 4, 2, 2, 2, 6;
}

sub timestamp {
    my ($seconds) = @_;
    return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $seconds);
}

1;
