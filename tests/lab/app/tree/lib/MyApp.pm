package MyApp;

# A web application small enough to read at one sitting, with what a deployment needs to see of a real one:
# a release it can name, a health page that knows why, requests that take long, connections that are upgraded, and a
# log on standard error. Files in `shared` make it ill: `sick`, `errors` (percent of the answers), `slow` (ms for each).

use strict;
use warnings;
use Sys::Hostname ();
use Time::HiRes qw(time);
use My::Greeting ();

our $VERSION = '1';

# The database's schema that this code was written for.
our $SCHEMA_NEEDED = 41;

# DIRECTORY is the release's own; what outlives releases lies in SHARED.
sub new {
    my ($class, %self) = @_;
    $self{shared} //= $ENV{APP_SHARED} // "$self{directory}/../../shared";
    $self{host} = Sys::Hostname::hostname();
    $self{release} = substr(first_line("$self{directory}/REVISION") // 'none', 0, 7);
    my $self = bless \%self, $class;
    my $reason = $self->trouble;
    print STDERR "$self->{host} release $self->{release} (version $VERSION) started",
      defined $reason ? ", but it cannot serve: $reason\n" : "\n";
    return $self;
}

sub to_app {
    my ($self) = @_;
    my %pages = (
        '/'        => \&page_home,
        '/health'  => \&page_health,
        '/slow'    => \&page_slow,
        '/version' => \&page_version,
    );
    return sub {
        my ($env) = @_;
        return $self->echo($env) if $env->{PATH_INFO} eq '/echo';
        my $page = $pages{ $env->{PATH_INFO} } // \&page_missing;
        my ($status, $text) = $self->$page($env);
        ($status, $text) = (500, "an error by chance\n") if $page != \&page_health && $self->bad_luck;
        return [
            $status,
            [
                'Content-Type'   => 'text/plain; charset=utf-8',
                'Content-Length' => length $text,
                $self->signature,
            ],
            [ $env->{REQUEST_METHOD} eq 'HEAD' ? '' : $text ],
        ];
    };
}

sub page_home {
    my ($self) = @_;
    return 200, My::Greeting::greet("release $self->{release} on $self->{host}") . "\n";
}

sub page_health {
    my ($self) = @_;
    my $reason = $self->trouble;
    return 200, "ok\n" if !defined $reason;
    print STDERR "health: $reason\n";
    return 500, "$reason\n";
}

# /slow?s=N holds a worker for N seconds (at most 60): a long request that a switch must not cut.
sub page_slow {
    my ($self, $env) = @_;
    my ($seconds) = ($env->{QUERY_STRING} // '') =~ /(?:^|&)s=(\d+(?:\.\d+)?)(?:&|$)/;
    $seconds = defined $seconds && $seconds < 60 ? $seconds : 1;
    my $end = time + $seconds;
    select undef, undef, undef, $end - time while time < $end;    # a signal does not shorten it
    return 200, "waited $seconds s\n";
}

sub page_version {
    my ($self) = @_;
    return 200, "$self->{release} version $VERSION greeting $My::Greeting::VERSION\n";
}

sub page_missing {
    return 404, "no such page\n";
}

# /echo speaks "echo" after an HTTP Upgrade: what comes goes back, until the client ends its side. The answer is written
# by hand: Starman gives the connection away as it is, and has no words of its own for this.
sub echo {
    my ($self, $env) = @_;
    my $client = $env->{'psgix.io'};
    return [ 426, [ 'Upgrade' => 'echo', 'Content-Length' => 0, $self->signature ], [] ]
      if lc($env->{HTTP_UPGRADE} // '') ne 'echo' || !$client;
    my %signature = $self->signature;
    return sub {
        my $head = join "\r\n", 'HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: echo',
          (map { "$_: $signature{$_}" } sort keys %signature), '', '';
        my $bytes = $head;
        do {
            syswrite($client, $bytes) // return;
        } while sysread $client, $bytes, 4096;
        shutdown $client, 2;
    };
}

# Who answered, and with what.
sub signature {
    my ($self) = @_;
    return ('X-Release' => $self->{release}, 'X-Host' => $self->{host});
}

# bad_luck: waits where answers are to be slow; true where this one is to be an error.
sub bad_luck {
    my ($self) = @_;
    my $slow_ms = first_line("$self->{shared}/slow");
    select undef, undef, undef, $slow_ms / 1000 if defined $slow_ms;
    my $errors = first_line("$self->{shared}/errors");
    return defined $errors && rand 100 < $errors;
}

# trouble: why this application cannot serve, or undef where it can.
sub trouble {
    my ($self) = @_;
    if (-e "$self->{shared}/sick") {
        return first_line("$self->{shared}/sick") // 'somebody put a file "sick" into shared';
    }
    my $schema = first_line("$self->{shared}/schema") // 41;
    return $schema < $SCHEMA_NEEDED
      ? "database schema is $schema, this release needs $SCHEMA_NEEDED"
      : undef;
}

# first_line PATH: undef where the file is missing or empty.
sub first_line {
    my ($path) = @_;
    open my $file, '<', $path or return undef;
    my $line = readline $file;
    chomp $line if defined $line;
    return defined $line && length $line ? $line : undef;
}

1;
