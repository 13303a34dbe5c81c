package Lab::Droplets;

# Droplets: listed, made, ended, acted upon; and what one looks like.

use strict;
use warnings;
use Lab::Account ();
use Lab::Answer ();

use constant { NAMES_MAX => 10, ACTION_TAKES_S => 2, USER_DATA_MAX => 65_536 };

sub list {
    my ($context, $request) = @_;
    my ($tag, $name) = @{ $request->{query} }{qw(tag_name name)};
    my @droplets = defined $tag ? $context->store->droplets_tagged($tag) : $context->store->droplets;
    @droplets = grep { lc $_->{name} eq lc $name } @droplets if defined $name;
    return $context->page($request, 'droplets', \@droplets, sub { render($context, $_[0]) });
}

sub get {
    my ($context, undef, $id) = @_;
    return 200, { droplet => render($context, find($context, $id)) };
}

# create: one by `name`, or up to ten alike by `names`.
sub create {
    my ($context, $request) = @_;
    my $json  = $request->{json};
    my @names = ref $json->{names} eq 'ARRAY' ? @{ $json->{names} } : ($json->{name});
    Lab::Answer::error(422, 'You can only create up to ' . NAMES_MAX . ' Droplets at a time.') if @names > NAMES_MAX;
    Lab::Answer::error(422, 'Name is required.') if !@names;
    for my $name (@names) {
        Lab::Answer::error(422, 'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)')
          if !defined $name || $name !~ /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;
    }
    my $region = $json->{region} // (sort keys %Lab::Account::regions)[0];
    Lab::Answer::error(422, 'You specified an invalid region for Droplet creation.') if !$Lab::Account::regions{$region};
    Lab::Answer::error(422, 'You specified an invalid size for Droplet creation.')
      if !defined $json->{size} || !$Lab::Account::sizes{ $json->{size} };
    my $image = Lab::Account::image_find($json->{image} // '')
      // Lab::Answer::error(422, 'You specified an invalid image for Droplet creation.');
    Lab::Account::key_known($context, $_) or Lab::Answer::error(422, "$_ are invalid key identifiers for Droplet creation.")
      for @{ $json->{ssh_keys} // [] };
    Lab::Answer::error(422, 'User data is too long.') if length($json->{user_data} // '') > USER_DATA_MAX;
    Lab::Answer::error(422, 'creating this/these droplet(s) will exceed your droplet limit.')
      if $context->store->droplets + @names > Lab::Account::DROPLET_LIMIT();

    my (@made, @actions);
    for my $name (@names) {
        my $droplet = $context->store->droplet_create(
            name => $name, region => $region, size => $json->{size}, image => $image, tags => [ @{ $json->{tags} // [] } ],
            keys => $json->{ssh_keys} // [], user_data => $json->{user_data} // '', monitoring => $json->{monitoring} ? 1 : 0,
            vpc => $json->{vpc_uuid},
        );
        push @made,    render($context, $droplet);
        push @actions, action_create($context, $droplet, 'create');
    }
    my @links = map { { id => $_->{id}, rel => 'create', href => "$context->{base}/v2/actions/$_->{id}" } } @actions;
    return 202, { ($json->{names} ? (droplets => \@made) : (droplet => $made[0])), links => { actions => \@links } };
}

sub delete_one {
    my ($context, undef, $id) = @_;
    $context->store->droplet_delete(find($context, $id)->{id});
    return 204, undef;
}

sub delete_tagged {
    my ($context, $request) = @_;
    my $tag = $request->{query}{tag_name};
    Lab::Answer::error(422, 'tag_name is required.') if !defined $tag || !length $tag;
    $context->store->droplet_delete($_->{id}) for $context->store->droplets_tagged($tag);
    return 204, undef;
}

my %power_after = (power_off => 'off', shutdown => 'off', power_on => 'active', reboot => 'active', power_cycle => 'active');

sub act {
    my ($context, $request, $id) = @_;
    my $droplet = find($context, $id);
    my $type    = $request->{json}{type} // '';
    Lab::Answer::error(422, 'The action type specified is not valid.') if !$power_after{$type};
    $droplet->{power} = $power_after{$type};
    return 201, { action => action_render(action_create($context, $droplet, $type)) };
}

sub actions {
    my ($context, $request, $id) = @_;
    my $droplet = find($context, $id);
    my $table   = $context->store->table('actions');
    my @of_it   = grep { $_->{droplet} == $droplet->{id} } map { $table->{$_} } sort { $b <=> $a } keys %$table;
    return $context->page($request, 'actions', \@of_it, \&action_render);
}

sub action {
    my ($context, undef, $droplet, $id) = @_;
    my $action = $context->store->table('actions')->{$id};
    Lab::Answer::missing() if !$action || defined $droplet && $action->{droplet} ne $droplet;
    return 200, { action => action_render($action) };
}

sub action_create {
    my ($context, $droplet, $type) = @_;
    my $id = $context->store->id_next;
    return $context->store->table('actions')->{$id} =
      { id => $id, type => $type, droplet => $droplet->{id}, region => $droplet->{region}, started => time };
}

sub action_render {
    my ($action) = @_;
    my $done = time - $action->{started} >= ACTION_TAKES_S;
    return {
        id => $action->{id}, type => $action->{type}, status => $done ? 'completed' : 'in-progress',
        started_at => Lab::Answer::timestamp($action->{started}), completed_at => $done ? Lab::Answer::timestamp($action->{started} + ACTION_TAKES_S) : undef,
        resource_id => $action->{droplet}, resource_type => 'droplet', region => Lab::Account::region($action->{region}),
        region_slug => $action->{region},
    };
}

sub find {
    my ($context, $id) = @_;
    my $droplet = $id =~ /^\d+$/ ? $context->store->droplet($id) : undef;
    return $droplet && $context->store->droplet_is_known($droplet) ? $droplet : Lab::Answer::missing();
}

sub render {
    my ($context, $droplet) = @_;
    my $size = Lab::Account::size($droplet->{size});
    my @v4 =
      $context->store->droplet_has_address($droplet)
      ? (
        { ip_address => $droplet->{private}, netmask => '255.255.0.0', gateway => '10.77.0.1', type => 'private' },
        { ip_address => $droplet->{public},  netmask => '255.255.255.0', gateway => gateway($droplet->{public}), type => 'public' },
      )
      : ();
    return {
        id => 0 + $droplet->{id}, name => $droplet->{name},
        memory => $size->{memory}, vcpus => $size->{vcpus}, disk => $size->{disk},
        disk_info => [ { type => 'local', size => { amount => $size->{disk}, unit => 'gib' } } ],
        locked => $context->store->droplet_status($droplet) eq 'new' ? Lab::Answer::true() : Lab::Answer::false(),
        status => $context->store->droplet_status($droplet),
        kernel => undef, created_at => Lab::Answer::timestamp($droplet->{created}),
        features => [ ('monitoring') x $droplet->{monitoring}, 'private_networking' ], backup_ids => [], next_backup_window => undef,
        snapshot_ids => [], volume_ids => [],
        image => Lab::Account::image($droplet->{image}),
        size => $size, size_slug => $droplet->{size},
        networks => { v4 => \@v4, v6 => [] },
        region => Lab::Account::region($droplet->{region}),
        tags => $droplet->{tags}, vpc_uuid => $droplet->{vpc} // Lab::Account::vpc_of($droplet->{region}),
    };
}

sub gateway {
    my ($address) = @_;
    return $address =~ s/\.\d+$/.254/r;
}

1;
