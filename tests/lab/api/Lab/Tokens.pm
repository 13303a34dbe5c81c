package Lab::Tokens;

# Who may ask, and for what: one line a token, with the scopes that it was given; `*` is all of them. The file is read
# again for each question, so that a token can be made, narrowed or revoked while the API runs.

use strict;
use warnings;

sub new {
    my ($class, $path) = @_;
    return bless { path => $path }, $class;
}

# allowed TOKEN: a sub that tells whether it has a scope; nothing where there is no such token.
sub allowed {
    my ($self, $token) = @_;
    open my $file, '<', $self->{path} or die "$self->{path}: $!\n";
    while (my $line = readline $file) {
        my ($known, @scopes) = split ' ', $line;
        next if ($known // '') ne $token;
        my %has = map { $_ => 1 } @scopes;
        return sub { $has{'*'} || $has{ $_[0] } };
    }
    return;
}

1;
