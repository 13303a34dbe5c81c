#!/usr/bin/perl
# Prints utf8_ranges.c from the Unicode tables that this perl carries:
#     perl src/base/utf8_ranges.pl > src/base/utf8_ranges.c
use strict;
use warnings;
no warnings qw(surrogate nonchar);
use Unicode::UCD;

my @tables = (
    [ utf8_zero => qr/[\p{Mn}\p{Me}\x{1160}-\x{11FF}\x{D7B0}-\x{D7FB}]/ ],
    [ utf8_wide => qr/[\p{East_Asian_Width=W}\p{East_Asian_Width=F}]/ ],
    [   utf8_unseen =>
            qr/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/
    ],
);

sub ranges {
    my ($pattern) = @_;
    my @ranges;
    for my $code (0 .. 0x10FFFF) {
        next if chr($code) !~ $pattern;
        if (@ranges && $ranges[-1][1] == $code - 1) { $ranges[-1][1] = $code }
        else                                        { push @ranges, [ $code, $code ] }
    }
    return @ranges;
}

printf qq{/* Unicode %s, printed by utf8_ranges.pl. */\n#include "base/utf8_ranges.h"\n\n},
    Unicode::UCD::UnicodeVersion();
print "/* clang-format off */\n";
for (@tables) {
    my ($name, $pattern) = @$_;
    my @ranges = ranges($pattern);
    print "const struct utf8_range ${name}[] = {\n";
    while (my @row = splice @ranges, 0, 4) {
        print '    ', join(' ', map { sprintf '{0x%04X, 0x%04X},', @$_ } @row), "\n";
    }
    print "};\nconst size_t ${name}_count = sizeof $name / sizeof *$name;\n\n";
}
print "/* clang-format on */\n";
