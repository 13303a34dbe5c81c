package My::Greeting;
use strict;
use warnings;

our $VERSION = '@VERSION@';

sub greet {
    my ($from) = @_;
    return "hello from $from";
}

1;
