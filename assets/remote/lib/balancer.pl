# One environment on this load balancer: its settings, and its frontend as a client meets it.

use constant {
    STATE_DIR => '/var/lib/bgconsole',
    REQUEST_S => 2,    # a request through the frontend
};

use constant {
    SHARE    => qr/\A(?:100|[1-9]?[0-9])\z/,
    SWITCHED => qr/\A[01]\z/,
    CLI      => qr/\A[A-Za-z0-9_.:-]{1,128}\z/,    # `;` and blanks would be further commands
    ADDRESS  => qr/\A(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}\z/,
};

my %CONF = (
    method            => qr/\A(?:map|reload)\z/,    # what carries the share
    map               => PATH,
    key               => CLI,
    frontend          => CLI,
    blue_backend      => CLI,
    green_backend     => CLI,
    stats_socket      => PATH,
    master_socket     => PATH,
    check_address     => ADDRESS,
    check_host        => qr{\A[A-Za-z0-9.:\[\]-]{1,255}\z},
    check_path        => qr{\A/[\x21-\x7e]{0,255}\z},
    config_file       => PATH,
    haproxy           => PATH,
    server_state_file => PATH,
    maintenance_map   => PATH,
);

# What an environment may be silent about.
my %CONF_DEFAULTS = (
    method            => 'map',
    map               => undef,
    key               => 'green_share',
    config_file       => '/etc/haproxy/haproxy.cfg',
    haproxy           => '/usr/sbin/haproxy',
    server_state_file => undef,
    maintenance_map   => undef,
);

sub open_balancer {
    my ($env) = @_;
    my $lb = read_conf($env, \%CONF, \%CONF_DEFAULTS);
    $lb->{env}   = $env;
    fail(env => CONF_DIR . "/$env.conf has no map: bootstrap it again") if !defined $lb->{map} && !by_reload($lb);
    $lb->{state} = STATE_DIR . "/$env";
    fail(env => "$lb->{state} is missing: bootstrap '$env' on this host") if !-d $lb->{state};
    return $lb;
}

sub by_reload { return $_[0]{method} eq 'reload' }

sub request_through_frontend {
    my ($lb, $nonce) = @_;
    require IO::Socket::IP;
    my $head = within(REQUEST_S, unproven => 'no answer within ' . REQUEST_S . ' s', sub {
        my ($host, $port) = $lb->{check_address} =~ /\A\[?(.*?)\]?:(\d+)\z/;
        my $socket = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port)
            or fail(unproven => "cannot connect: $@");
        send_all($socket, "GET $lb->{check_path} HTTP/1.1\r\nHost: $lb->{check_host}\r\n"
            . "X-Bgconsole-Probe: $nonce\r\nUser-Agent: bgconsole\r\nConnection: close\r\n\r\n");
        return receive_head($socket);
    });
    my ($status)  = $head =~ m{\AHTTP/1\.[01] (\d{3})} or fail(unproven => 'the answer is not HTTP');
    my ($backend) = $head =~ /^X-Bgconsole-Backend:[ \t]*([A-Za-z0-9_.:-]+)[ \t]*\r?$/mi;
    return { status => $status, backend => $backend };
}

sub receive_head {
    my ($socket) = @_;
    my $head = '';
    while ($head !~ /\r?\n\r?\n/ && length $head < 65536) {
        my $got = sysread $socket, $head, 4096, length $head;
        fail(unproven => "cannot read: $!") if !defined $got;
        last if !$got;
    }
    return $head;
}

sub reason_of {
    my ($error) = @_;
    return $error->{message} if ref $error;
    $error =~ s/ at \S+ line \d+\.?\s*\z//;
    return $error;
}
