package Lab::Firewalls;

# Cloud firewalls: rules for the Droplets that they name, or that carry their tags. They are remembered and shown,
# not enforced: the lab's hosts are reached whatever they say.

use strict;
use warnings;
use Lab::Answer ();

use constant APPLIED_AFTER_S => 1;

my %targets = (inbound_rules => 'sources', outbound_rules => 'destinations');
my @target_kinds = qw(addresses droplet_ids load_balancer_uids kubernetes_ids tags);

sub list {
    my ($context, $request) = @_;
    my $table = $context->store->table('firewalls');
    my @firewalls = map { $table->{$_} } sort keys %$table;
    return $context->page($request, 'firewalls', \@firewalls, sub { render($context, $_[0]) });
}

sub create {
    my ($context, $request) = @_;
    my $firewall = described($context, $request);
    my $table = $context->store->table('firewalls');
    Lab::Answer::error(409, 'duplicate name') if grep { $_->{name} eq $firewall->{name} } values %$table;
    @$firewall{qw(id created changed)} = (Lab::Answer::uuid(), time, time);
    $table->{ $firewall->{id} } = $firewall;
    return 202, { firewall => render($context, $firewall) };
}

sub get {
    my ($context, undef, $id) = @_;
    return 200, { firewall => render($context, find($context, $id)) };
}

# replace: what the request leaves out is as in a new one.
sub replace {
    my ($context, $request, $id) = @_;
    my $firewall = find($context, $id);
    %$firewall = (%{ described($context, $request) }, map({ $_ => $firewall->{$_} } qw(id created)), changed => time);
    return 200, { firewall => render($context, $firewall) };
}

sub delete_one {
    my ($context, undef, $id) = @_;
    delete $context->store->table('firewalls')->{ find($context, $id)->{id} };
    return 204, undef;
}

# add, remove: of `droplet_ids` or `tags`, as the path says.
sub add {
    my ($context, $request, $id, $kind) = @_;
    my ($firewall, $list, $new) = members($context, $request, $id, $kind);
    my %known = map { $_ => 1 } @$list;
    push @$list, grep { !$known{$_}++ } @$new;
    $firewall->{changed} = time;
    return 204, undef;
}

sub remove {
    my ($context, $request, $id, $kind) = @_;
    my ($firewall, $list, $gone) = members($context, $request, $id, $kind);
    my %gone = map { $_ => 1 } @$gone;
    @$list = grep { !$gone{$_} } @$list;
    $firewall->{changed} = time;
    return 204, undef;
}

sub members {
    my ($context, $request, $id, $kind) = @_;
    my $firewall = find($context, $id);
    my $key      = $kind eq 'droplets' ? 'droplet_ids' : 'tags';
    my $words    = $request->{json}{$key};
    Lab::Answer::error(422, "$key must be a list.") if ref $words ne 'ARRAY' || !@$words;
    check_members($context, $key, $words);
    return $firewall, $firewall->{$key}, $words;
}

# described: a firewall as a request tells of it.
sub described {
    my ($context, $request) = @_;
    my $json = $request->{json};
    my %firewall = (name => $json->{name}, map { $_ => $json->{$_} // [] } keys %targets, qw(droplet_ids tags));
    Lab::Answer::error(422, 'name is invalid.') if ($firewall{name} // '') !~ /^[A-Za-z0-9][A-Za-z0-9.-]+$/;
    Lab::Answer::error(422, 'at least one rule must be provided.') if !map { @{ $firewall{$_} } } keys %targets;
    for my $direction (keys %targets) {
        check_rule($_, $targets{$direction}) for @{ $firewall{$direction} };
    }
    check_members($context, $_, $firewall{$_}) for qw(droplet_ids tags);
    return \%firewall;
}

sub check_rule {
    my ($rule, $target) = @_;
    my ($protocol, $ports) = map { $_ // '' } @$rule{qw(protocol ports)};
    Lab::Answer::error(422, 'protocol must be one of tcp, udp, icmp.') if $protocol !~ /^(?:tcp|udp|icmp)$/;
    Lab::Answer::error(422, 'ports must be a port, a range, or all.')
      if $protocol ne 'icmp' && $ports !~ /^(?:0|all|\d{1,5}(?:-\d{1,5})?)$/;
    my $where = $rule->{$target};
    Lab::Answer::error(422, "$target are required.") if ref $where ne 'HASH' || !grep { @{ $where->{$_} // [] } } @target_kinds;
}

sub check_members {
    my ($context, $key, $words) = @_;
    for my $word (@$words) {
        my $known = $key eq 'tags' ? $context->store->tag_exists($word) : $context->store->droplet($word);
        Lab::Answer::error(422, "$key: $word does not exist.") if !$known;
    }
}

sub find {
    my ($context, $id) = @_;
    return $context->store->table('firewalls')->{$id} // Lab::Answer::missing();
}

sub render {
    my ($context, $firewall) = @_;
    my $waits = time - $firewall->{changed} < APPLIED_AFTER_S;
    my %protected = map { $_ => 1 } @{ $firewall->{droplet_ids} };
    for my $tag (@{ $firewall->{tags} }) {
        $protected{ $_->{id} } = 1 for $context->store->droplets_tagged($tag);
    }
    my @pending = map { { droplet_id => 0 + $_, removing => Lab::Answer::false(), status => 'waiting' } } sort keys %protected;
    return {
        map({ $_ => $firewall->{$_} } qw(id name inbound_rules outbound_rules tags)),
        droplet_ids     => [ map { 0 + $_ } @{ $firewall->{droplet_ids} } ],
        status          => $waits && @pending ? 'waiting' : 'succeeded',
        created_at      => Lab::Answer::timestamp($firewall->{created}),
        pending_changes => $waits ? \@pending : [],
    };
}

1;
