# What every helper writes: answer() and put() are all its output, and fail() is how anything at
# any depth ends with a code and a sentence. docs/remote-helpers.md is the contract.
#
# The rooms in lib/ need perl-base alone (no Time::HiRes, no JSON::PP, no Digest::*) and Perl 5.26.
# `assemble` puts those that a helper needs in front of it; nothing of ours is loaded on a host.

use strict;
use warnings;

use Errno qw(EADDRINUSE EADDRNOTAVAIL ECONNREFUSED EINTR ENOENT);
use POSIX ();

sub fail {
    my ($code, $message, @pairs) = @_;
    die { code => $code, message => $message, pairs => \@pairs };
}

# Writes key=value lines; a pair whose value is undefined is left out.
sub answer {
    my $lines = '';
    while (my ($key, $value) = splice @_, 0, 2) {
        $lines .= "$key=" . encode($value) . "\n" if defined $value;
    }
    put($lines);
}

sub encode {
    my ($value) = @_;
    my $copy = "$value";
    my $bad = utf8::decode($copy) ? qr/[%\x00-\x1f\x7f]/ : qr/[%\x00-\x1f\x7f-\xff]/;
    $value =~ s/($bad)/sprintf '%%%02X', ord $1/ge;
    return $value;
}

# To standard output, past every buffer. Where nobody reads any more the helper ends.
sub put {
    my ($bytes) = @_;
    while (length $bytes) {
        my $written = syswrite STDOUT, $bytes;
        if (!defined $written) {
            next if $! == EINTR;
            POSIX::_exit(1);
        }
        substr($bytes, 0, $written) = '';
    }
}

# A block of raw bytes between the lines of a stream: `sample=LENGTH`, `log=OFFSET LENGTH`.
sub put_block {
    my ($start, $bytes) = @_;
    put($start . length($bytes) . "\n$bytes\n");
}
