package Lab::Account;

# What belongs to the account: itself, its SSH keys, and the sizes and regions that it may use.

use strict;
use warnings;
use Digest::MD5  ();
use JSON::PP     ();
use MIME::Base64 ();
use Lab::Routes  ();

our %sizes = (
    's-1vcpu-1gb' => { memory => 1024, vcpus => 1, disk => 25, transfer => 1.0, price_monthly => 6.0,  price_hourly => 0.00893 },
    's-1vcpu-2gb' => { memory => 2048, vcpus => 1, disk => 50, transfer => 2.0, price_monthly => 12.0, price_hourly => 0.01786 },
    's-2vcpu-4gb' => { memory => 4096, vcpus => 2, disk => 80, transfer => 4.0, price_monthly => 24.0, price_hourly => 0.03571 },
);
our %regions = (fra1 => 'Frankfurt 1', ams3 => 'Amsterdam 3', nyc3 => 'New York 3');

sub account {
    return 200,
      {
        account => {
            droplet_limit  => 300,
            floating_ip_limit => 5,
            email          => 'ops@example.com',
            name           => 'Lab Operator',
            uuid           => 'b6fc48dbf6d9906cace5f3c78dc9851e757381ef',
            email_verified => JSON::PP::true,
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
    Lab::Routes::error(422, "Name can't be blank") if !defined $name || !length $name;
    my ($blob) = ($public // '') =~ m{^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/]+=*)(?: |$)}
      or Lab::Routes::error(422, 'Key invalid, key should be of the format `type key [comment]`');
    my $fingerprint = join ':', Digest::MD5::md5_hex(MIME::Base64::decode($blob)) =~ /../g;
    my $keys = $context->store->table('keys');
    Lab::Routes::error(422, 'SSH Key is already in use on your account') if grep { $_->{fingerprint} eq $fingerprint } values %$keys;
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

# key_find CONTEXT WORD: by id or by fingerprint.
sub key_find {
    my ($context, $word) = @_;
    my ($key) = grep { $_->{id} eq $word || $_->{fingerprint} eq $word } values %{ $context->store->table('keys') };
    return $key // Lab::Routes::missing();
}

sub sizes {
    my ($context, $request) = @_;
    return $context->page($request, 'sizes', [ sort keys %sizes ], \&size);
}

sub regions {
    my ($context, $request) = @_;
    return $context->page($request, 'regions', [ sort keys %regions ], \&region);
}

sub size {
    my ($slug) = @_;
    return {
        %{ $sizes{$slug} }, slug => $slug, regions => [ sort keys %regions ],
        available => JSON::PP::true, description => 'Basic',
    };
}

sub region {
    my ($slug) = @_;
    return {
        slug => $slug, name => $regions{$slug}, sizes => [ sort keys %sizes ], available => JSON::PP::true,
        features => [qw(backups ipv6 metadata install_agent storage image_transfer)],
    };
}

1;
