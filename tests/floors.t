#!/usr/bin/perl
# The house stands as it is drawn (docs/architecture.md): who may include whom, what
# core may call, that nobody keeps a state of the whole program, and that the program
# which is installed is protected.
#
#     floors.t [BUILD_DIRECTORY]    a release build; build/release where none is named
use strict;
use warnings;
use Test::More;

my $build = shift // $ENV{BGC_BUILD_DIR} // 'build/release';

my @libc_pure = qw(assert errno float inttypes limits math stdarg stdbool stddef stdint stdio
    stdlib string);
my @libraries = qw(uv curl libssh2 jansson openssl ncurses curses panel ini);

# floor => floors that it may include, foreign libraries that it may include
my %floors = (
    base => { floors => [qw(base)],                 libraries => [qw(ini)] },
    core => { floors => [qw(core base)],            libraries => [] },
    net  => { floors => [qw(net core base)],        libraries => [qw(uv curl libssh2 jansson openssl)] },
    ui   => { floors => [qw(ui core base)],         libraries => [qw(curses)] },
    app  => { floors => [qw(app net ui core base)], libraries => [qw(uv)] },
);

# Libraries that only one room may know.
my %only_in = (
    curses => qr{^src/ui/term_curses\.c$},
    ini    => qr{^src/base/ini\.c$},
);

# What main.c may see, besides libc and base.
my %roof = map { $_ => 1 } qw(app/app.h);

# What core may call of libc.
my $core_calls = qr/^(?:__)?(?:mem(?:cpy|move|set|cmp|chr|rchr)
    |str(?:len|nlen|cmp|ncmp|chr|rchr|str|spn|cspn|pbrk)|v?snprintf)(?:_chk)?$
    |^__stack_chk_fail$|^_GLOBAL_OFFSET_TABLE_$/x;

# The one thing that a signal handler must find without being handed it: how to give the
# terminal back.
my %known_state = ('term_curses.c.o: rescue' => 1);

# Of base, what asks the world something.
my %base_of_the_world = map { $_ => 1 } qw(clock_now clock_time_local file_read log_open log_line log_close);

sub slurp { local (@ARGV, $/) = @_; return scalar <> }

sub library_of {
    my ($header) = @_;
    for my $library (@libraries) {
        return $library eq 'ncurses' ? 'curses' : $library if $header =~ m{^\Q$library\E[./]};
    }
    return undef;
}

sub includes_of {
    my ($file) = @_;
    my $text = slurp($file);
    return ([ $text =~ /^\s*#\s*include\s+"([^"]+)"/mg ],
        [ $text =~ /^\s*#\s*include\s+<([^>]+)>/mg ]);
}

for my $floor (sort keys %floors) {
    my @wrong;
    my %may_see = map { $_ => 1 } @{ $floors{$floor}{floors} };
    my %may_use = map { $_ => 1 } @{ $floors{$floor}{libraries} };
    for my $file (glob "src/$floor/*.[ch]") {
        my ($ours, $foreign) = includes_of($file);
        for my $header (@$ours) {
            my ($other) = $header =~ m{^(\w+)/};
            push @wrong, "$file: $header" if !defined $other || !$may_see{$other};
        }
        for my $header (@$foreign) {
            my $library = library_of($header);
            push @wrong, "$file: $header"
                if defined $library
                && (!$may_use{$library} || ($only_in{$library} && $file !~ $only_in{$library}));
            push @wrong, "$file: $header"
                if $floor eq 'core' && !grep { $header eq "$_.h" } @libc_pure;
        }
    }
    is_deeply(\@wrong, [], "$floor includes only what it may");
}

{
    my ($ours) = includes_of('src/main.c');
    is_deeply([ grep { !$roof{$_} && !m{^base/} } @$ours ], [], 'main.c sees app/app.h and base');
}

# Symbols of an archive, object by object: [object, name, class, section].
sub symbols {
    my ($archive) = @_;
    my ($object, @symbols) = ('');
    open my $nm, '-|', 'nm', '--format=sysv', $archive or die "nm: $!";
    while (<$nm>) {
        $object = $1 if /^Symbols from \S+\[(.+)\]:/ || /^(?:Undefined )?[Ss]ymbols from .*\[(.+)\]/;
        my ($name, undef, $class, undef, undef, undef, $section) = map { s/^\s+|\s+$//gr } split /\|/;
        push @symbols, [ $object, $name, $class, $section ] if defined $section;
    }
    close $nm or die "nm $archive failed";
    return @symbols;
}

my %symbols;
for my $floor (sort keys %floors) {
    my $archive = "$build/libbgc_$floor.a";
    BAIL_OUT("$archive is missing: build the release preset first") if !-e $archive;
    $symbols{$floor} = [ symbols($archive) ];
}

sub defined_names {
    my ($floor) = @_;
    return map { $_->[1] => 1 } grep { $_->[2] =~ /^[TRDB]$/ } @{ $symbols{$floor} };
}

{
    my %inside = (defined_names('core'), defined_names('base'));
    delete @inside{ keys %base_of_the_world };
    my @undefined = grep { $_->[2] eq 'U' } @{ $symbols{core} };
    cmp_ok(scalar @undefined, '>', 0, 'core calls something at all');
    my @wrong = map { "$_->[0]: $_->[1]" }
        grep { !$inside{ $_->[1] } && $_->[1] !~ $core_calls } @undefined;
    is_deeply(\@wrong, [], 'core calls nothing that asks the world');
}

for my $floor (sort keys %floors) {
    my @kept = grep { !$known_state{$_} } map { "$_->[0]: $_->[1]" }
        grep { $_->[3] =~ /^\.t?(?:data|bss)/ && $_->[3] !~ /^\.data\.rel\.ro/ } @{ $symbols{$floor} };
    is_deeply(\@kept, [], "$floor keeps no state of the whole program");
}

my $program = "$build/bgconsole";

# A name of ours that a library has as well takes the library's place inside it.
{
    my %ours = map { defined_names($_) } keys %floors;
    my @taken;
    for my $library (`ldd $program` =~ m{=> (/\S+)}g) {
        push @taken, map { "$library: $_" } grep { $ours{$_} }
            `nm -D --defined-only $library` =~ /^\S+ \w ([^\@\s]+)/mg;
    }
    is_deeply(\@taken, [], 'no name is one of a library');
}

# cmake/hardening.cmake
{
    my $elf = `readelf --wide --file-header --program-headers --dynamic $program`;
    my $symbols = `nm -D $program`;
    like($elf, qr/Type:\s+DYN/, 'a position-independent program');
    like($elf, qr/GNU_RELRO/, 'relocations are read-only');
    like($elf, qr/BIND_NOW|Flags:.*\bNOW\b/, 'bound before it starts');
    unlike($elf, qr/GNU_STACK.*RWE/, 'no code on the stack');
    like($symbols, qr/__stack_chk_fail/, 'stack protector');
    like($symbols, qr/__\w+_chk\b/, 'fortified');
}

done_testing();
