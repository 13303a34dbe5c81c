#!/usr/bin/perl
# What the documents show is what the program does. Before a block or a picture stands a comment
# `<!-- made by: COMMAND -->`; what COMMAND prints must be in the block, or in the picture's file.
# And every file of the project that a document names exists.
#
#     GENERATE=1 tests/docs.t    writes blocks and pictures anew; then read the difference
use strict;
use warnings;
use File::Basename 'dirname';
use Test::More;

my $build     = $ENV{BGC_BUILD_DIR} // 'build/release';
my %programs  = (bgconsole => "$build/bgconsole", show => "$build/tests/show");
my @documents = ('README.md', glob('docs/*.md tests/*.md tests/*/*.md'));

sub read_text {
    my ($path) = @_;
    open my $file, '<', $path or return;
    local $/;
    return scalar <$file>;
}

sub write_text {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print $file $text;
    close $file or die "$path: $!\n";
}

# Without a shell; the terminal that the tests run in must not show.
sub output_of {
    my ($program, @words) = split ' ', shift;
    my $path = $programs{$program} or die "made by: there is no program '$program'\n";
    local @ENV{qw(LC_ALL TZ)} = qw(C.UTF-8 UTC);
    open my $pipe, '-|', $path, @words or die "$path: $!\n";
    local $/;
    my $text = <$pipe>;
    close $pipe or die "$path @words ended with status $?\n";
    return $text;
}

# A block is fenced, or it is a table.
my $made_by = qr/^<!-- made by: (.+?) -->\n/m;
my $block   = qr/```\n(.*?)```\n|((?:\|[^\n]*\n)+)/s;

for my $document (@documents) {
    my $text = read_text($document);

    $text =~ s{$made_by\K$block}{
        my ($command, $fenced, $table) = ($1, $2, $3);
        my $output = output_of($command);
        is_deeply([ split /^/m, $fenced // $table ], [ split /^/m, $output ], "$document: $command") if !$ENV{GENERATE};
        defined $fenced ? "```\n$output```\n" : $output;
    }ge;
    write_text($document, $text) if $ENV{GENERATE};

    while ($text =~ /$made_by!\[.*?\]\((.+?)\)$/gm) {
        my ($command, $path) = ($1, dirname($document) . "/$2");
        my $picture = output_of($command);
        write_text($path, $picture) if $ENV{GENERATE};
        ok(($picture eq (read_text($path) // '')), "$document: $path is what $command draws");
    }

    my @links   = grep { !/^\w+:/ } map { s/#.*//r } $text =~ /\]\(([^)\s]+)\)/g;
    my @named   = $text =~ m{`((?:src|tests|docs|assets|tools|cmake)/[a-z0-9_./-]+)`}g;
    my @missing = grep { !-e } @named, map { dirname($document) . "/$_" } grep { length } @links;
    is_deeply(\@missing, [], "$document names files that exist");
}

done_testing();
