package Lab::Tags;

# Tags, and the Droplets that carry them.

use strict;
use warnings;
use Lab::Answer ();

sub list {
    my ($context, $request) = @_;
    return $context->page($request, 'tags', [ $context->store->tags ], sub { render($context, $_[0]) });
}

sub create {
    my ($context, $request) = @_;
    my $name = $request->{json}{name} // '';
    Lab::Answer::error(422, 'Name is invalid: letters, numbers, colons, dashes and underscores, 255 at most.')
      if $name !~ /^[A-Za-z0-9:_-]{1,255}$/;
    $context->store->tag_create($name);
    return 201, { tag => render($context, $name) };
}

sub get {
    my ($context, undef, $name) = @_;
    return 200, { tag => render($context, find($context, $name)) };
}

sub delete_one {
    my ($context, undef, $name) = @_;
    $context->store->tag_delete(find($context, $name));
    return 204, undef;
}

sub tag {
    my ($context, $request, $name) = @_;
    find($context, $name);
    $context->store->tag($_, $name) for resources($context, $request);
    return 204, undef;
}

sub untag {
    my ($context, $request, $name) = @_;
    find($context, $name);
    $context->store->untag($_, $name) for resources($context, $request);
    return 204, undef;
}

# resources: the Droplets that the request names; the API knows other sorts, the lab does not.
sub resources {
    my ($context, $request) = @_;
    my $list = $request->{json}{resources};
    Lab::Answer::error(422, 'resources must be a list.') if ref $list ne 'ARRAY';
    return map {
        Lab::Answer::error(422, 'resource_type is not supported.') if ($_->{resource_type} // '') ne 'droplet';
        $context->store->droplet($_->{resource_id} // '') // Lab::Answer::missing();
    } @$list;
}

sub find {
    my ($context, $name) = @_;
    Lab::Answer::missing() if !$context->store->tag_exists($name);
    return $name;
}

sub render {
    my ($context, $name) = @_;
    my @droplets = $context->store->droplets_tagged($name);
    my %droplets = (count => 0 + @droplets);
    $droplets{last_tagged_uri} = "$context->{base}/v2/droplets/$droplets[-1]{id}" if @droplets;
    my %none = (count => 0);
    return {
        name      => $name,
        resources => { %droplets, droplets => \%droplets, map { $_ => {%none} } qw(images volumes volume_snapshots databases) },
    };
}

1;
