package Lab::Account;

# What belongs to the account: itself, its SSH keys, and the sizes, regions, images and networks that it may use.

use strict;
use warnings;
use Digest::MD5  ();
use MIME::Base64 ();
use Lab::Answer ();

our %sizes = (
    's-1vcpu-1gb' => { memory => 1024, vcpus => 1, disk => 25, transfer => 1.0, price_monthly => 6.0,  price_hourly => 0.00893 },
    's-1vcpu-2gb' => { memory => 2048, vcpus => 1, disk => 50, transfer => 2.0, price_monthly => 12.0, price_hourly => 0.01786 },
    's-2vcpu-2gb' => { memory => 2048, vcpus => 2, disk => 60, transfer => 3.0, price_monthly => 18.0, price_hourly => 0.02679 },
    's-2vcpu-4gb' => { memory => 4096, vcpus => 2, disk => 80, transfer => 4.0, price_monthly => 24.0, price_hourly => 0.03571 },
    's-4vcpu-8gb' => { memory => 8192, vcpus => 4, disk => 160, transfer => 5.0, price_monthly => 48.0, price_hourly => 0.07143 },
);
our %regions = (fra1 => 'Frankfurt 1', ams3 => 'Amsterdam 3', nyc3 => 'New York 3');
our %images = (
    'debian-12-x64'    => { id => 139_080_700, distribution => 'Debian', name => '12 x64' },
    'ubuntu-22-04-x64' => { id => 129_211_873, distribution => 'Ubuntu', name => '22.04 (LTS) x64' },
    'ubuntu-24-04-x64' => { id => 155_133_621, distribution => 'Ubuntu', name => '24.04 (LTS) x64' },
);
my %vpc_ids = (
    fra1 => '760e09ef-dc84-11e8-981e-3cfdfeaae000',
    ams3 => 'e0fe0f4d-596a-465e-a902-571ce57b79fa',
    nyc3 => '5a4981aa-9653-4bd1-bef5-d6bff52042e4',
);

use constant DROPLET_LIMIT => 25;

sub account {
    return 200,
      {
        account => {
            droplet_limit  => DROPLET_LIMIT,
            floating_ip_limit => 5,
            email          => 'ops@example.com',
            name           => 'Lab Operator',
            uuid           => 'b6fc48dbf6d9906cace5f3c78dc9851e757381ef',
            email_verified => Lab::Answer::true(),
            status         => 'active',
            status_message => '',
            team           => { uuid => '5df3e3004a17e242b7c20ca6c9fc25b701a47ece', name => 'Lab' },
        }
      };
}

sub keys_list {
    my ($context, $request) = @_;
    my $keys = $context->store->table('keys');
    return $context->page($request, 'ssh_keys', [ map { $keys->{$_} } sort { $a <=> $b } keys %$keys ], sub { $_[0] });
}

sub key_create {
    my ($context, $request) = @_;
    my ($name, $public) = @{ $request->{json} }{qw(name public_key)};
    Lab::Answer::error(422, "Name can't be blank") if !defined $name || !length $name;
    my ($blob) = ($public // '') =~ m{^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/]+=*)(?: |$)}
      or Lab::Answer::error(422, 'Key invalid, key should be of the format `type key [comment]`');
    my $fingerprint = join ':', Digest::MD5::md5_hex(MIME::Base64::decode($blob)) =~ /../g;
    my $keys = $context->store->table('keys');
    Lab::Answer::error(422, 'SSH Key is already in use on your account') if grep { $_->{fingerprint} eq $fingerprint } values %$keys;
    my $id = $context->store->id_next;
    $keys->{$id} = { id => $id, fingerprint => $fingerprint, public_key => $public, name => $name };
    return 201, { ssh_key => $keys->{$id} };
}

sub key_get {
    my ($context, undef, $word) = @_;
    return 200, { ssh_key => key_find($context, $word) };
}

sub key_delete {
    my ($context, undef, $word) = @_;
    delete $context->store->table('keys')->{ key_find($context, $word)->{id} };
    return 204, undef;
}

# key_known CONTEXT WORD: by id or by fingerprint.
sub key_known {
    my ($context, $word) = @_;
    my ($key) = grep { $_->{id} eq $word || $_->{fingerprint} eq $word } values %{ $context->store->table('keys') };
    return $key;
}

sub key_find {
    my ($context, $word) = @_;
    return key_known($context, $word) // Lab::Answer::missing();
}

sub sizes {
    my ($context, $request) = @_;
    return $context->page($request, 'sizes', [ sort keys %sizes ], \&size);
}

sub regions {
    my ($context, $request) = @_;
    return $context->page($request, 'regions', [ sort keys %regions ], \&region);
}

# images: `type=application` has none here, and an account without snapshots has no private ones.
sub images {
    my ($context, $request) = @_;
    my ($type, $private) = @{ $request->{query} }{qw(type private)};
    my @slugs = ($type // 'distribution') eq 'distribution' && ($private // 'false') ne 'true' ? sort keys %images : ();
    return $context->page($request, 'images', \@slugs, \&image);
}

sub image_get {
    my (undef, undef, $word) = @_;
    return 200, { image => image(image_find($word) // Lab::Answer::missing()) };
}

# image_find WORD: the slug of what is named by its slug or its id.
sub image_find {
    my ($word) = @_;
    my ($slug) = grep { $_ eq $word || $images{$_}{id} eq $word } keys %images;
    return $slug;
}

sub vpcs {
    my ($context, $request) = @_;
    return $context->page($request, 'vpcs', [ sort keys %vpc_ids ], \&vpc);
}

sub vpc_of {
    my ($region) = @_;
    return $vpc_ids{$region};
}

sub vpc {
    my ($region) = @_;
    return {
        id => $vpc_ids{$region}, urn => "do:vpc:$vpc_ids{$region}", name => "default-$region", description => '',
        region => $region, ip_range => '10.77.0.0/16', default => Lab::Answer::true(), created_at => '2024-01-15T09:00:00Z',
    };
}

sub size {
    my ($slug) = @_;
    return {
        %{ $sizes{$slug} }, slug => $slug, regions => [ sort keys %regions ],
        available => Lab::Answer::true(), description => 'Basic',
    };
}

sub image {
    my ($slug) = @_;
    return {
        %{ $images{$slug} }, slug => $slug, public => Lab::Answer::true(), regions => [ sort keys %regions ], type => 'base',
        created_at => '2023-07-20T15:31:09Z', min_disk_size => 7, size_gigabytes => 0.71,
        description => "$images{$slug}{distribution} $images{$slug}{name}", tags => [], status => 'available', error_message => '',
    };
}

sub region {
    my ($slug) = @_;
    return {
        slug => $slug, name => $regions{$slug}, sizes => [ sort keys %sizes ], available => Lab::Answer::true(),
        features => [qw(backups ipv6 metadata install_agent storage image_transfer)],
    };
}

1;
