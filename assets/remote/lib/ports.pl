# The addresses that a configuration listens on: can HAProxy have them? `haproxy -c` does not ask. A
# new HAProxy that cannot have one tells the old one to accept nobody, and tries for two seconds more
# (haproxy.c: SIGTTOU, MAX_START_RETRIES). So it is found out here, before HAProxy is asked.
#
# They are bound as HAProxy binds them, and never listened on. What HAProxy alone can read is left to
# it: names, variables, descriptors, other namespaces, the lines of peers (configuration.txt, 4 and 11).

use Socket qw(inet_pton pack_sockaddr_in pack_sockaddr_in6 AF_INET AF_INET6 SOCK_STREAM SOL_SOCKET
    SO_REUSEADDR SO_REUSEPORT IPPROTO_IPV6 IPV6_V6ONLY);

use constant {
    PORTS_MAX  => 4096,    # the rest of a wide range is left to HAProxy
    SECTION    => qr/\A\s*(global|defaults|frontend|listen|backend|peers|log-forward|ring|resolvers|userlist|
        mailers|cache|program|http-errors|fcgi-app)\b/x,
    LISTENS_ON => qr/\A\s*(bind|stats\s+socket)\s+([^\s"'\\#]+)(?=[\s#]|\z)(.*)/,
    FAMILY     => qr/\A(?:(?:stream\+)?ipv([46])|tcp([46]?))\@/,
    IS_LISTEN  => '0A',
};

sub refuse_taken_ports {
    my ($lb, $bytes) = @_;
    my ($tried, @refused) = 0;
    for my $wanted (wanted_addresses($bytes)) {
        for my $port ($wanted->{from} .. $wanted->{to}) {
            last if ++$tried > PORTS_MAX;
            my $why = why_not_bound($lb, $wanted, $port);
            push @refused, "port $port of $wanted->{words} (line $wanted->{line}) $why" if defined $why;
        }
    }
    return if !@refused;
    splice @refused, CHECK_LINES if @refused > CHECK_LINES;
    fail(config => "$refused[0]: nothing was changed", map { (line => $_) } @refused);
}

# --- what is wanted

# Outside of conditional blocks, and of what is disabled: by its own section, or by the defaults before it.
sub wanted_addresses {
    my ($bytes) = @_;
    my ($line, $blocks, $section) = (0, 0, '');
    my (%off, @wanted);
    for my $text (split /\n/, $bytes) {
        $line++;
        $blocks += $text =~ /\A\s*\.if\b/ ? 1 : $text =~ /\A\s*\.endif\b/ ? -1 : 0;
        if ($text =~ SECTION) {
            $section = $1 eq 'defaults' ? 'defaults' : "$1 of line $line";
            $off{$section} = $1 =~ /\A(?:frontend|listen)\z/ && $off{defaults};
        }
        $off{$section} = $1 eq 'dis' if $text =~ /\A\s*(dis|en)abled\b/;
        push @wanted, map { { %$_, line => $line, section => $section } } addresses_of($text) if $blocks == 0;
    }
    return grep { !$off{ $_->{section} } } @wanted;
}

sub addresses_of {
    my ($text) = @_;
    my ($keyword, $addresses, $more) = $text =~ LISTENS_ON or return;
    return if $more =~ /\s(?:namespace|interface|transparent)\b/;
    my %line = (v6only => $more =~ /\sv6only\b/ ? 1 : 0);
    return map { { %line, %$_, words => "$keyword $_->{text}" } } map { read_address($_) } split /,/, $addresses;
}

# Nothing where it is of another kind.
sub read_address {
    my ($text) = @_;
    my $rest = $text;
    my $family = $rest =~ s/${\FAMILY}// ? $1 || $2 || '' : '';
    my ($host, $from, $to) = $rest =~ /\A(.*):([0-9]{1,5})(?:-([0-9]{1,5}))?\z/ or return;
    $to = $from if !defined $to;
    return if $from < 1 || $from > $to || $to > 65535;
    $host =~ s/\A\[(.*)\]\z/$1/;
    $host = $family eq '6' ? '::' : '0.0.0.0' if $host eq '' || $host eq '*';
    my $ip = inet_pton($host =~ /:/ ? AF_INET6 : AF_INET, $host) or return;
    return { text => $text, ip => $ip, from => $from, to => $to };
}

# --- what is in the way

# In words; nothing where nothing is. Anything but these two HAProxy says itself.
sub why_not_bound {
    my ($lb, $wanted, $port) = @_;
    return if try_to_bind($wanted, $port);
    return holder_of_port($lb, $wanted->{ip}, $port) if $! == EADDRINUSE;
    return 'is of no address that this host has' if $! == EADDRNOTAVAIL;
    return;
}

sub try_to_bind {
    my ($wanted, $port) = @_;
    my ($is_v4, $ip) = (length $wanted->{ip} == 4, $wanted->{ip});
    socket my $socket, $is_v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0 or return 0;
    setsockopt $socket, SOL_SOCKET, $_, 1 for SO_REUSEADDR, SO_REUSEPORT;
    setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 1 if $wanted->{v6only};
    return bind $socket, $is_v4 ? pack_sockaddr_in($port, $ip) : pack_sockaddr_in6($port, $ip);
}

# Sockets of the HAProxy that runs are no obstacle, whoever owns them: it hands them over.
sub holder_of_port {
    my ($lb, $ip, $port) = @_;
    my @holders = processes_of(listeners_at($ip, $port)) or return 'is taken by another program';
    my $master  = eval { ask_master($lb) } || {};
    my %is_ours = map { $_ => 1 } grep { defined } @$master{qw(pid worker_pid)}, @{ $master->{old_pids} || [] };
    my ($other) = grep { !$is_ours{$_} } @holders or return;
    return 'is taken by ' . name_of_process($other) . " (pid $other)";
}

# The sockets, by inode, that listen on the port at this address, or where either is all addresses.
# An address there is 32-bit words in the machine's order (proc(5)).
sub listeners_at {
    my ($ip, $port) = @_;
    my @inodes;
    for my $row (map { split /\n/, read_file($_) || '' } '/proc/net/tcp', '/proc/net/tcp6') {
        my ($at, $its_port, $is, $inode) = (split /[: ]+/, $row =~ s/\A\s+//r)[1, 2, 5, 13];
        next if !defined $inode || $is ne IS_LISTEN || hex $its_port != $port;
        my $its_ip = pack 'L*', map { hex } unpack '(A8)*', $at;
        push @inodes, $inode if $its_ip eq $ip || grep { /\A\0+\z/ } $its_ip, $ip;
    }
    return @inodes;
}

sub processes_of {
    my %is_wanted = map { ("socket:[$_]" => 1) } @_;
    my %pids;
    for my $fd (%is_wanted ? glob '/proc/[0-9]*/fd/*' : ()) {
        my $leads_to = readlink $fd;
        $pids{$1} = 1 if defined $leads_to && $is_wanted{$leads_to} && $fd =~ m{\A/proc/(\d+)/};
    }
    return sort { $a <=> $b } keys %pids;
}

sub name_of_process {
    my ($pid) = @_;
    my ($name) = (read_file("/proc/$pid/comm") || '') =~ /\A([^\n]+)/;
    return defined $name ? $name : 'another program';
}
