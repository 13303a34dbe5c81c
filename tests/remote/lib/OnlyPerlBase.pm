package OnlyPerlBase;

# Loaded into a helper by PERL5OPT: takes everything away that a host with perl-base alone does
# not have. Every helper in these tests runs like that.

use strict;
use warnings;

@INC = grep { m{/perl-base\z} } @INC;

1;
