package Lab::Balancers;

# DigitalOcean's own load balancers: forwarding rules to the Droplets that they name, or to those that carry one tag.
# They are remembered and shown; no traffic goes through them.

use strict;
use warnings;
use Lab::Account  ();
use Lab::Answer ();

use constant { ACTIVE_AFTER_S => 3, PROTOCOL => qr/^(?:https?|http[23]|tcp|udp)$/ };

my %health_default = (
    protocol => 'http', port => 80, path => '/', check_interval_seconds => 10, response_timeout_seconds => 5,
    unhealthy_threshold => 5, healthy_threshold => 3,
);
my %default = (
    size_unit => 1, algorithm => 'round_robin', sticky_sessions => { type => 'none' }, type => 'REGIONAL',
    network => 'EXTERNAL', http_idle_timeout_seconds => 60, tag => '', droplet_ids => [],
    map { $_ => Lab::Answer::false() }
      qw(redirect_http_to_https enable_proxy_protocol enable_backend_keepalive disable_lets_encrypt_dns_records),
);

sub list {
    my ($context, $request) = @_;
    my $table = $context->store->table('balancers');
    my @balancers = map { $table->{$_} } sort keys %$table;
    return $context->page($request, 'load_balancers', \@balancers, sub { render($context, $_[0]) });
}

sub create {
    my ($context, $request) = @_;
    my $balancer = described($context, $request);
    my $table    = $context->store->table('balancers');
    Lab::Answer::error(422, 'name is already in use.') if grep { $_->{name} eq $balancer->{name} } values %$table;
    @$balancer{qw(id created ip)} = (Lab::Answer::uuid(), time, '203.0.113.' . (200 + keys(%$table) % 50));
    $table->{ $balancer->{id} } = $balancer;
    return 202, { load_balancer => render($context, $balancer) };
}

sub get {
    my ($context, undef, $id) = @_;
    return 200, { load_balancer => render($context, find($context, $id)) };
}

# replace: what the request leaves out is as in a new one.
sub replace {
    my ($context, $request, $id) = @_;
    my $balancer = find($context, $id);
    %$balancer = (%{ described($context, $request) }, map { $_ => $balancer->{$_} } qw(id created ip));
    return 200, { load_balancer => render($context, $balancer) };
}

sub delete_one {
    my ($context, undef, $id) = @_;
    delete $context->store->table('balancers')->{ find($context, $id)->{id} };
    return 204, undef;
}

sub described {
    my ($context, $request) = @_;
    my $json = $request->{json};
    my %balancer = (%default, map { $_ => $json->{$_} } grep { defined $json->{$_} } qw(name region forwarding_rules vpc_uuid), keys %default);
    Lab::Answer::error(422, 'name is required.') if ($balancer{name} // '') !~ /^[A-Za-z0-9][A-Za-z0-9.-]*$/;
    Lab::Answer::error(422, 'region is invalid.') if !$Lab::Account::regions{ $balancer{region} // '' };
    Lab::Answer::error(422, 'tag and droplet_ids exclude each other.') if length $balancer{tag} && @{ $balancer{droplet_ids} };
    $context->store->droplet($_) // Lab::Answer::error(422, "Droplet $_ does not exist.") for @{ $balancer{droplet_ids} };
    my $rules = $balancer{forwarding_rules};
    Lab::Answer::error(422, 'forwarding_rules are required.') if ref $rules ne 'ARRAY' || !@$rules;
    $balancer{forwarding_rules} = [ map { rule($_) } @$rules ];
    $balancer{health_check} = { %health_default, %{ $json->{health_check} // {} } };
    return \%balancer;
}

sub rule {
    my ($rule) = @_;
    for my $side (qw(entry target)) {
        my ($protocol, $port) = map { $_ // '' } @$rule{ "${side}_protocol", "${side}_port" };
        Lab::Answer::error(422, "${side}_protocol is invalid.") if $protocol !~ PROTOCOL;
        Lab::Answer::error(422, "${side}_port is invalid.") if $port !~ /^[1-9]\d{0,4}$/ || $port > 65_535;
    }
    return { certificate_id => '', tls_passthrough => Lab::Answer::false(), %$rule };
}

sub find {
    my ($context, $id) = @_;
    return $context->store->table('balancers')->{$id} // Lab::Answer::missing();
}

# render: the Droplets of a tag are those that carry it now.
sub render {
    my ($context, $balancer) = @_;
    my $active = time - $balancer->{created} >= ACTIVE_AFTER_S;
    my @ids = length $balancer->{tag}
      ? map { $_->{id} } $context->store->droplets_tagged($balancer->{tag})
      : @{ $balancer->{droplet_ids} };
    return {
        map({ $_ => $balancer->{$_} } qw(id name forwarding_rules health_check), keys %default),
        droplet_ids => [ map { 0 + $_ } @ids ],
        ip          => $active ? $balancer->{ip} : '',
        status      => $active ? 'active'        : 'new',
        region      => Lab::Account::region($balancer->{region}),
        vpc_uuid    => $balancer->{vpc_uuid} // Lab::Account::vpc_of($balancer->{region}),
        created_at  => Lab::Answer::timestamp($balancer->{created}),
    };
}

1;
