use strict;
use warnings;
use FindBin ();
use lib "$FindBin::Bin/lib";
use MyApp ();

MyApp->new(directory => $FindBin::Bin)->to_app;
