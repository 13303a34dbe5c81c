package Lab::Store;

# What the emulated cloud remembers: Droplets, tags, keys, actions. Kept in one file, written after each change,
# so that the API can be ended and started like the real one's front door.

use strict;
use warnings;
use Storable    ();
use Time::HiRes qw(time);

use constant {
    KNOWN_AFTER_S   => 0.3,    # before that a new Droplet is in lists, but asked for by its id it is 404
    ACTIVE_AFTER_S  => 2,      # it is switched on
    ADDRESS_AFTER_S => 3,      # its addresses can be read; before that networks are empty, though it is active
    GONE_AFTER_S    => 1,      # for so long a deleted one still is in lists
};

# open PATH HOSTS: PATH is the memory; where it is missing the Droplets are those of the table HOSTS.
sub open {
    my ($class, $path, $hosts) = @_;
    my $data = -e $path ? Storable::retrieve($path) : seed($hosts);
    return bless { path => $path, data => $data }, $class;
}

sub seed {
    my ($hosts) = @_;
    my %role_tag = (blue => 'env:blue', green => 'env:green', lb => 'role:loadbalancer');
    my %data = (next_id => 5_000_000, droplets => {}, tags => {}, keys => {}, actions => {}, firewalls => {}, balancers => {});
    CORE::open my $table, '<', $hosts or die "$hosts: $!\n";
    while (my $line = readline $table) {
        my ($name, $role, $private, $public, $id) = split ' ', $line;
        my $tag = $role_tag{$role};
        $data{tags}{$tag} //= time;
        $data{droplets}{$id} = {
            id => $id, name => $name, private => $private, public => $public, tags => [$tag],
            size => 's-1vcpu-1gb', region => 'fra1', image => 'debian-12-x64', created => time - 86_400, power => 'active', monitoring => 1,
        };
    }
    return \%data;
}

sub save {
    my ($self) = @_;
    Storable::nstore($self->{data}, "$self->{path}.new");
    rename "$self->{path}.new", $self->{path} or die "$self->{path}: $!\n";
    return;
}

sub id_next {
    my ($self) = @_;
    return ++$self->{data}{next_id};
}

# droplets WHERE: in the order of their ids, all or those for which WHERE is true.
sub droplets {
    my ($self, $where) = @_;
    my $all = $self->{data}{droplets};
    my @gone = grep { defined $_->{deleted} && time - $_->{deleted} >= GONE_AFTER_S } values %$all;
    delete $all->{ $_->{id} } for @gone;
    return grep { !$where || $where->($_) } map { $all->{$_} } sort { $a <=> $b } keys %$all;
}

sub droplets_tagged {
    my ($self, $tag) = @_;
    return $self->droplets(sub { grep { lc $_ eq lc $tag } @{ $_[0]{tags} } });
}

sub droplet {
    my ($self, $id) = @_;
    return $self->{data}{droplets}{$id};
}

sub droplet_create {
    my ($self, %fields) = @_;
    my $id = $self->id_next;
    my $n  = $id % 250 + 1;
    $self->tag_create($_) for @{ $fields{tags} };
    return $self->{data}{droplets}{$id} = {
        %fields, id => $id, created => time, power => 'active',
        private => "10.77.9.$n", public => "203.0.113.$n",
    };
}

sub droplet_delete {
    my ($self, $id) = @_;
    $self->{data}{droplets}{$id}{deleted} = time;
    return;
}

# droplet_is_known, droplet_status, droplet_has_address: all follow the clock alone.
sub droplet_is_known {
    my ($self, $droplet) = @_;
    return !defined $droplet->{deleted} && time - $droplet->{created} >= KNOWN_AFTER_S;
}

sub droplet_status {
    my ($self, $droplet) = @_;
    return time - $droplet->{created} < ACTIVE_AFTER_S ? 'new' : $droplet->{power};
}

sub droplet_has_address {
    my ($self, $droplet) = @_;
    return time - $droplet->{created} >= ADDRESS_AFTER_S;
}

sub tag_create {
    my ($self, $name) = @_;
    $self->{data}{tags}{$name} //= time;
    return;
}

sub tag_exists {
    my ($self, $name) = @_;
    return exists $self->{data}{tags}{$name};
}

sub tags {
    my ($self) = @_;
    return sort keys %{ $self->{data}{tags} };
}

sub tag_delete {
    my ($self, $name) = @_;
    delete $self->{data}{tags}{$name};
    $self->untag($_, $name) for $self->droplets;
    return;
}

sub tag {
    my ($self, $droplet, $name) = @_;
    $self->untag($droplet, $name);
    push @{ $droplet->{tags} }, $name;
    return;
}

sub untag {
    my ($self, $droplet, $name) = @_;
    $droplet->{tags} = [ grep { lc $_ ne lc $name } @{ $droplet->{tags} } ];
    return;
}

# table NAME: the keys, actions, firewalls or balancers, by id.
sub table {
    my ($self, $name) = @_;
    return $self->{data}{$name};
}

1;
