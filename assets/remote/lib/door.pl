# The door of all helpers: reads one request, checks it against the tables, runs its verb, and ends
# the answer, whatever happened.

use constant VERSION => '0.1.0';

sub serve {
    my ($verbs, $keys, $in) = @_;
    umask 022;
    $ENV{PATH} = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    delete @ENV{qw(IFS CDPATH ENV BASH_ENV PERL5LIB PERL5OPT)};
    return put(help($verbs)) || 0 if @ARGV && $ARGV[0] eq 'help';
    my $done = eval {
        my ($spec, $request) = within(REQUEST_MAX_S, usage => 'the request was never finished', sub {
            my $read = @ARGV ? request_of_words(@ARGV) : read_request($in);
            return check_request($read, $verbs, $keys), $read;
        });
        $spec->{run}->($request);
        1;
    };
    if ($done) {
        answer(end => 'ok');
        return 0;
    }
    tell_failure($@);
    return 1;
}

sub tell_failure {
    my ($error) = @_;
    $error = { code => 'state', message => "the helper failed: $error", pairs => [] } if !ref $error;
    (my $message = $error->{message}) =~ s/\s+\z//;
    answer(@{ $error->{pairs} }, message => $message, end => $error->{code});
}

sub help {
    my ($verbs) = @_;
    my $text = '';
    for my $verb (sort keys %$verbs) {
        my $spec = $verbs->{$verb};
        my @words = ((map { "$_=" } @{ $spec->{needs} }), map { "[$_=]" } @{ $spec->{takes} || [] });
        $text .= "$verb @words\n    $spec->{help}\n";
    }
    return $text;
}

sub own_version {
    my ($status, $output) = run_command(10, 'sha256sum', '--', $0);
    my ($sha256) = $output =~ /\A\\?([0-9a-f]{64})/;
    return (version => VERSION, sha256 => $sha256);
}
