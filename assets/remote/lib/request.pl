# The request: from lines on standard input, or from words by hand, to
#
#   { verb, env, asked => { key => [values] }, order => [[key, value]], where => { key => line }, body }
#
# and its check against the helper's tables: %VERBS says what a verb needs and takes, %KEYS what a
# value looks like. Whatever is wrong is told with the line where it stands.

use constant {
    LINE_MAX      => 4096,
    LINES_MAX     => 512,
    BODY_MAX      => 262_144,
    REQUEST_MAX_S => 30,    # a request that is still not whole by then never will be
};

# What a value may look like, for the tables of keys.
use constant {
    ENV_NAME => qr/\A[a-z0-9][a-z0-9-]{0,62}\z/,
    NAME     => qr/\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z/,
    NUMBER   => qr/\A[0-9]{1,15}\z/,
    PATH     => qr{\A/[A-Za-z0-9_.:/-]{1,200}\z},
    TEXT     => qr/\A[^\0]*\z/,
};

sub read_request {
    my ($in) = @_;
    my $first = read_line($in, 1);
    fail(usage => 'line 1: a request begins with "bgc 1"') if $first ne 'bgc 1';
    my @pairs;
    for my $number (2 .. LINES_MAX + 1) {
        my $line = read_line($in, $number);
        return request_of($in, @pairs) if $line eq '';
        push @pairs, [parse_pair($line, "line $number"), "line $number"];
    }
    fail(usage => 'a request has at most ' . LINES_MAX . ' lines');
}

# By hand: `bgc-host status env=x run=1 step=build`. A body, where the verb takes one, is all of
# standard input.
sub request_of_words {
    my ($verb, @words) = @_;
    my @pairs = map { [parse_pair($words[$_], 'word ' . ($_ + 2)), 'word ' . ($_ + 2)] } 0 .. $#words;
    return request_of(undef, ['verb', $verb, 'word 1'], @pairs);
}

# Byte by byte, because the line may not be longer than its bound and the body that follows must
# be left for read().
sub read_line {
    my ($in, $number) = @_;
    my $line = '';
    while (defined(my $byte = getc $in)) {
        return $line if $byte eq "\n";
        $line .= $byte;
        fail(usage => "line $number: longer than " . LINE_MAX . ' bytes') if length $line > LINE_MAX;
    }
    fail(usage => "line $number: the request was cut short");
}

sub parse_pair {
    my ($line, $where) = @_;
    my ($key, $value) = $line =~ /\A([A-Za-z][A-Za-z0-9_.]*)=(.*)\z/s
        or fail(usage => "$where: it should be key=value");
    fail(usage => "$where: a percent sign is followed by two hexadecimal digits")
        if $value =~ /%(?![0-9A-Fa-f]{2})/;
    fail(usage => "$where: a control character is written %XX") if $value =~ /[\x00-\x1f\x7f]/;
    $value =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    return ($key, $value);
}

sub request_of {
    my ($in, @pairs) = @_;
    my %request = (asked => {}, order => [], where => {});
    for (@pairs) {
        my ($key, $value, $where) = @$_;
        push @{ $request{asked}{$key} }, $value;
        push @{ $request{order} }, [$key, $value];
        $request{where}{$key} = $where;
    }
    ($request{$_}) = @{ $request{asked}{$_} || [] } for qw(verb env);
    read_body(\%request, $in);
    return \%request;
}

sub read_body {
    my ($request, $in) = @_;
    my $lengths = delete $request->{asked}{body} or return;
    my $length  = $lengths->[0];
    fail(usage => "$request->{where}{body}: a body is sent on standard input") if !$in;
    fail(usage => "$request->{where}{body}: a body has at most " . BODY_MAX . ' bytes')
        if $length !~ NUMBER || $length > BODY_MAX;
    my $got = read $in, $request->{body}, $length;
    fail(usage => 'the body was cut short') if !defined $got || $got != $length;
}

# Does the request fit its verb and the types of its keys? Says which line does not.
sub check_request {
    my ($request, $verbs, $keys) = @_;
    my $verb = defined $request->{verb} ? $request->{verb} : '';
    my $spec = $verbs->{$verb} or fail(usage => "no verb '$verb'; there are: @{[sort keys %$verbs]}");
    my %taken = map { $_ => 1 } 'verb', @{ $spec->{needs} }, @{ $spec->{takes} || [] };
    for my $key (map { $_->[0] } @{ $request->{order} }) {
        next if $key eq 'body';
        my $kind = key_kind($key);
        fail(usage => "$request->{where}{$key}: '$verb' takes no $key") if !$taken{$kind};
        check_values($request, $key, $keys->{$kind}) if $key ne 'verb';
    }
    for my $key (@{ $spec->{needs} }) {
        fail(usage => "'$verb' needs $key") if !$request->{asked}{$key};
    }
    check_body($request, $spec);
    return $spec;
}

# `var.PATH` and `conf.map` are of the kinds `var.*` and `conf.*`.
sub key_kind {
    my ($key) = @_;
    return $key =~ /\A([a-z]+)\./ ? "$1.*" : $key;
}

sub check_values {
    my ($request, $key, $spec) = @_;
    my ($like, $is, $many) = @$spec{qw(like is many)};
    my @values = @{ $request->{asked}{$key} };
    fail(usage => "$request->{where}{$key}: $key is given twice") if @values > 1 && !$many;
    for my $value (@values) {
        fail(usage => "$request->{where}{$key}: $key is not $is") if $value !~ $like;
    }
}

sub check_body {
    my ($request, $spec) = @_;
    fail(usage => "'$request->{verb}' takes no body") if defined $request->{body} && !$spec->{body};
    return if !$spec->{body} || defined $request->{body};
    my $got = read STDIN, $request->{body}, BODY_MAX + 1;
    fail(usage => "'$request->{verb}' needs a body")                     if !$got;
    fail(usage => 'a body has at most ' . BODY_MAX . ' bytes')           if $got > BODY_MAX;
}

sub asked {
    my ($request, $key, $default) = @_;
    my $values = $request->{asked}{$key};
    return $values ? $values->[0] : $default;
}
