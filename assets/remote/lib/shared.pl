# Whether this host reaches the stores that all hosts share, told by the first words of each one's own
# protocol: no client of any of them is needed. Nothing is written, and nothing but its greeting read.

use IO::Socket::IP ();
use Socket ();

use constant {
    STORE      => qr{\A[a-z]{1,16} [a-z]+://[A-Za-z0-9._:\[\]-]{1,200}(?:/[0-9]{0,4})?\z},
    STORE_S    => 3,      # for one store, from its name to its answer
    ANSWER_MAX => 512,
};

# The port where none is named, what is said first, and what a store of this kind answers.
my %STORES = (
    redis      => { port => 6379,  ask => \&ask_redis },
    memcached  => { port => 11211, ask => \&ask_memcached },
    postgresql => { port => 5432,  ask => \&ask_postgresql },
    mysql      => { port => 3306,  ask => \&ask_mysql },
    tcp        => { ask => sub { } },
);

sub tell_shared {
    my ($request) = @_;
    my $host   = open_host($request->{env});
    local $SIG{PIPE} = 'IGNORE';
    for my $line (@{ $request->{asked}{store} }) {
        my ($name, $url) = split / /, $line;
        my $store = { store_of($url), password_file => asked($request, 'password_file') };
        my $failed = attempt_store($store);
        answer(store => "$name " . ($failed || 'ok'));
    }
}

sub store_of {
    my ($url) = @_;
    my ($kind, $host, $port, $database) = $url =~ m{\A([a-z]+)://(\[[0-9A-Fa-f:.]+\]|[^:/\[\]]+)(?::([0-9]{1,5}))?(?:/([0-9]*))?\z}
        or fail(usage => "'$url' is no store's address");
    my $spec = $STORES{$kind} or fail(usage => "'$kind' is none of the stores that are known: @{[sort keys %STORES]}");
    $port = $spec->{port} if !defined $port;
    fail(usage => "'$url' names no port") if !defined $port;
    $host =~ s/\A\[(.*)\]\z/$1/;
    return (ask => $spec->{ask}, host => $host, port => $port, database => $database);
}

# What is wrong, in words; nothing where the store answers as one of its kind does.
sub attempt_store {
    my ($store) = @_;
    my $done = eval { within(STORE_S, timeout => 'no answer within ' . STORE_S . ' s', sub { look_at_store($store) }); 1 };
    return if $done;
    my $error = ref $@ ? $@->{message} : $@;
    chomp $error;
    return $error;
}

sub refuse {
    my ($words) = @_;
    die "$words\n";
}

sub look_at_store {
    my ($store) = @_;
    my $socket = IO::Socket::IP->new(PeerHost => $store->{host}, PeerPort => $store->{port}, Type => Socket::SOCK_STREAM())
        or refuse("$store->{host}:$store->{port}: " . connect_trouble());
    $store->{ask}->($socket, $store);
    close $socket;
}

# IO::Socket::IP says more than errno where a name is not known.
sub connect_trouble {
    (my $trouble = "$@" || "$!") =~ s/\AIO::Socket::IP: //;
    $trouble =~ s/\Aconnect: //;
    return lcfirst $trouble;
}

sub say_and_read {
    my ($socket, $words, $enough) = @_;
    my $answer = '';
    syswrite $socket, $words if length $words;
    while ($answer !~ $enough && length $answer < ANSWER_MAX) {
        my $got = sysread $socket, $answer, ANSWER_MAX, length $answer;
        refuse('it hung up without an answer') if defined $got && $got == 0 && $answer eq '';
        last if !$got;
    }
    return $answer;
}

# https://redis.io/docs/reference/protocol-spec, inline commands. Without TLS: a store that offers
# nothing else is told as one that does not answer.
sub ask_redis {
    my ($socket, $store) = @_;
    if (defined $store->{password_file}) {
        my $said = say_and_read($socket, redis_command('AUTH', password($store->{password_file})), qr/\n/);
        refuse(redis_words('refuses the password', $said)) if $said !~ /\A\+OK/;
    }
    my $said = say_and_read($socket, redis_command('PING'), qr/\n/);
    refuse('wants a password: name its file in [shared] password_file') if $said =~ /\A-NOAUTH/;
    refuse(redis_words('does not answer as a Redis does', $said)) if $said !~ /\A\+PONG\r?\n/;
    return if !length(defined $store->{database} ? $store->{database} : '');
    $said = say_and_read($socket, redis_command('SELECT', $store->{database}), qr/\n/);
    refuse(redis_words("has no database $store->{database}", $said)) if $said !~ /\A\+OK/;
}

sub redis_command {
    my (@words) = @_;
    return join '', '*' . @words . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @words;
}

sub redis_words {
    my ($words, $said) = @_;
    my ($line) = $said =~ /\A[-+]?([\x20-\x7e]{1,50})/;
    return defined $line ? "$words: $line" : $words;
}

# The secret stays on this host; whoever else can read it has it.
sub password {
    my ($path) = @_;
    my @status = stat $path or refuse("password_file $path: " . lcfirst "$!");
    refuse("password_file $path: others can read it: chmod 600") if $status[2] & 077;
    my $bytes = read_file($path);
    refuse("password_file $path: " . lcfirst "$!") if !defined $bytes;
    $bytes =~ s/\s+\z//;
    return $bytes;
}

# memcached's protocol.txt, "version".
sub ask_memcached {
    my ($socket) = @_;
    my $said = say_and_read($socket, "version\r\n", qr/\n/);
    refuse('does not answer as a Memcached does') if $said !~ /\AVERSION /;
}

# PostgreSQL, Message Formats, SSLRequest: one byte says whether it speaks TLS.
sub ask_postgresql {
    my ($socket) = @_;
    my $said = say_and_read($socket, pack('NN', 8, 80877103), qr/./s);
    refuse('does not answer as a PostgreSQL does') if $said !~ /\A[SNE]/;
}

# MySQL, Connection Phase: the server speaks first, a packet whose number is 0; its body begins with
# the protocol's version, or is an error, as for a host that it does not let in.
sub ask_mysql {
    my ($socket) = @_;
    my $said = say_and_read($socket, '', qr/\A.{5}/s);
    refuse('does not greet as a MySQL does') if length $said < 5 || ord(substr $said, 3, 1) != 0;
    my $version = ord substr $said, 4, 1;
    my ($words) = substr($said, 7) =~ /([\x20-\x7e]{4,60})/;
    refuse('refuses this host: ' . (defined $words ? $words : 'error')) if $version == 255;
    refuse('does not greet as a MySQL does') if $version != 9 && $version != 10;
}
