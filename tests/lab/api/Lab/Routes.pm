package Lab::Routes;

# The door of the API: who asks, may they, which handler answers, and the headers of every answer.
# Written to the public description, github.com/digitalocean/openapi.

use strict;
use warnings;
use JSON::PP      ();
use Lab::Account   ();
use Lab::Answer    ();
use Lab::Balancers ();
use Lab::Droplets  ();
use Lab::Firewalls ();
use Lab::Metrics   ();
use Lab::RateLimit ();
use Lab::Tags      ();

my $json = JSON::PP->new->utf8->canonical;

# method, path, what a token must be allowed, handler; a {word} of the path is handed on in order.
my @routes = (
    [ GET    => '/v2/account',                   'account:read',         \&Lab::Account::account ],
    [ GET    => '/v2/account/keys',              'ssh_key:read',         \&Lab::Account::keys_list ],
    [ POST   => '/v2/account/keys',              'ssh_key:create',       \&Lab::Account::key_create ],
    [ GET    => '/v2/account/keys/{key}',        'ssh_key:read',         \&Lab::Account::key_get ],
    [ DELETE => '/v2/account/keys/{key}',        'ssh_key:delete',       \&Lab::Account::key_delete ],
    [ GET    => '/v2/sizes',                     'sizes:read',           \&Lab::Account::sizes ],
    [ GET    => '/v2/regions',                   'regions:read',         \&Lab::Account::regions ],
    [ GET    => '/v2/images',                    'image:read',           \&Lab::Account::images ],
    [ GET    => '/v2/images/{image}',            'image:read',           \&Lab::Account::image_get ],
    [ GET    => '/v2/vpcs',                      'vpc:read',             \&Lab::Account::vpcs ],
    [ GET    => '/v2/droplets',                  'droplet:read',         \&Lab::Droplets::list ],
    [ POST   => '/v2/droplets',                  'droplet:create',       \&Lab::Droplets::create ],
    [ DELETE => '/v2/droplets',                  'droplet:delete',       \&Lab::Droplets::delete_tagged ],
    [ GET    => '/v2/droplets/{id}',             'droplet:read',         \&Lab::Droplets::get ],
    [ DELETE => '/v2/droplets/{id}',             'droplet:delete',       \&Lab::Droplets::delete_one ],
    [ GET    => '/v2/droplets/{id}/actions',     'droplet:read',         \&Lab::Droplets::actions ],
    [ POST   => '/v2/droplets/{id}/actions',     'droplet:update',       \&Lab::Droplets::act ],
    [ GET    => '/v2/droplets/{id}/actions/{action}', 'droplet:read',    \&Lab::Droplets::action ],
    [ GET    => '/v2/actions/{action}',          'actions:read',         sub { Lab::Droplets::action(@_[ 0, 1 ], undef, $_[2]) } ],
    [ GET    => '/v2/tags',                      'tag:read',             \&Lab::Tags::list ],
    [ POST   => '/v2/tags',                      'tag:create',           \&Lab::Tags::create ],
    [ GET    => '/v2/tags/{tag}',                'tag:read',             \&Lab::Tags::get ],
    [ DELETE => '/v2/tags/{tag}',                'tag:delete',           \&Lab::Tags::delete_one ],
    [ POST   => '/v2/tags/{tag}/resources',      'tag:create',           \&Lab::Tags::tag ],
    [ DELETE => '/v2/tags/{tag}/resources',      'tag:delete',           \&Lab::Tags::untag ],
    [ GET    => '/v2/firewalls',                 'firewall:read',        \&Lab::Firewalls::list ],
    [ POST   => '/v2/firewalls',                 'firewall:create',      \&Lab::Firewalls::create ],
    [ GET    => '/v2/firewalls/{id}',            'firewall:read',        \&Lab::Firewalls::get ],
    [ PUT    => '/v2/firewalls/{id}',            'firewall:update',      \&Lab::Firewalls::replace ],
    [ DELETE => '/v2/firewalls/{id}',            'firewall:delete',      \&Lab::Firewalls::delete_one ],
    [ POST   => '/v2/firewalls/{id}/droplets',   'firewall:update',      sub { Lab::Firewalls::add(@_, 'droplets') } ],
    [ DELETE => '/v2/firewalls/{id}/droplets',   'firewall:update',      sub { Lab::Firewalls::remove(@_, 'droplets') } ],
    [ POST   => '/v2/firewalls/{id}/tags',       'firewall:update',      sub { Lab::Firewalls::add(@_, 'tags') } ],
    [ DELETE => '/v2/firewalls/{id}/tags',       'firewall:update',      sub { Lab::Firewalls::remove(@_, 'tags') } ],
    [ GET    => '/v2/load_balancers',            'load_balancer:read',   \&Lab::Balancers::list ],
    [ POST   => '/v2/load_balancers',            'load_balancer:create', \&Lab::Balancers::create ],
    [ GET    => '/v2/load_balancers/{id}',       'load_balancer:read',   \&Lab::Balancers::get ],
    [ PUT    => '/v2/load_balancers/{id}',       'load_balancer:update', \&Lab::Balancers::replace ],
    [ DELETE => '/v2/load_balancers/{id}',       'load_balancer:delete', \&Lab::Balancers::delete_one ],
    [ GET    => '/v2/monitoring/metrics/droplet/{metric}', 'monitoring:read', \&Lab::Metrics::get ],
);

# new STORE TOKENS BASE: BASE begins the addresses of other pages.
sub new {
    my ($class, $store, $tokens, $base) = @_;
    my @table;
    for my $route (@routes) {
        my ($method, $path, $scope, $handler) = @$route;
        (my $pattern = quotemeta $path) =~ s/\\\{\w+\\\}/([^\/]+)/g;
        push @table, [ $method, qr/^$pattern$/, $scope, $handler ];
    }
    return bless { store => $store, tokens => $tokens, base => $base, table => \@table, limits => {} }, $class;
}

# answer REQUEST: handlers get (context, request, words of the path) and give back (status, value);
# they die with Lab::Answer::error() where they refuse. The request's body, if it has one, must be JSON.
sub answer {
    my ($self, $request) = @_;
    my ($status, $value, @headers);
    my ($token) = ($request->{headers}{authorization} // '') =~ /^Bearer (\S+)$/;
    my $may = defined $token ? $self->{tokens}->allowed($token) : undef;
    if (!$may) {
        ($status, $value) = (401, { id => 'unauthorized', message => 'Unable to authenticate you' });
    } else {
        my $limit = $self->{limits}{$token} //= Lab::RateLimit->new;
        (my $allowed, @headers) = $limit->count;
        ($status, $value) =
          $allowed
          ? $self->dispatch($request, $may)
          : (429, { id => 'too_many_requests', message => 'API rate limit exceeded.' });
    }
    my $id = Lab::Answer::uuid();
    $value->{request_id} = $id if $status >= 400;
    return {
        status  => $status,
        headers => [ @headers, 'x-request-id', $id ],
        body    => defined $value ? $json->encode($value) : '',
    };
}

# dispatch REQUEST MAY: MAY is asked whether the token has a scope.
sub dispatch {
    my ($self, $request, $may) = @_;
    my $path_known;
    for my $route (@{ $self->{table} }) {
        my ($method, $pattern, $scope, $handler) = @$route;
        my @words = $request->{path} =~ $pattern or next;
        @words = () if $#+ == 0;    # a match without groups gives (1)
        $path_known = 1;
        next if $method ne $request->{method};
        return (403, { id => 'forbidden', message => 'You are not authorized to perform this operation' }) if !$may->($scope);
        my @answer;
        eval {
            $request->{json} = body_parse($request->{body});
            @answer = $handler->($self, $request, @words);
            $self->{store}->save if $method ne 'GET';
            1;
        } and return @answer;
        die $@ if ref $@ ne 'ARRAY';
        return @{$@};
    }
    return (405, { id => 'method_not_allowed', message => 'This method is not allowed for this resource.' }) if $path_known;
    return (404, { id => 'not_found', message => 'The resource you requested could not be found.' });
}

sub body_parse {
    my ($body) = @_;
    return {} if $body !~ /\S/;
    my $value = eval { $json->decode($body) };
    Lab::Answer::error(400, 'Unable to parse the request body.') if ref $value ne 'HASH';
    return $value;
}

# page REQUEST NAME ITEMS RENDER: one page of a list as the API cuts it: 20 a page, 200 at most,
# `links.pages` only where there is another page, `meta.total` always.
sub page {
    my ($self, $request, $name, $items, $render) = @_;
    my $query = $request->{query};
    for my $key (qw(page per_page)) {
        Lab::Answer::error(400, "$key must be a positive integer.") if defined $query->{$key} && $query->{$key} !~ /^[1-9]\d{0,8}$/;
    }
    my $page     = $query->{page}     // 1;
    my $per_page = $query->{per_page} // 20;
    $per_page = 200 if $per_page > 200;
    my $pages = int((@$items + $per_page - 1) / $per_page) || 1;
    my $first = ($page - 1) * $per_page;
    my $last  = $first + $per_page - 1;
    $last = $#$items if $last > $#$items;

    my $address = sub {
        my ($number) = @_;
        my %wanted = (%$query, page => $number, per_page => $per_page);
        return "$self->{base}$request->{path}?" . join '&', map { "$_=$wanted{$_}" } sort keys %wanted;
    };
    my %links;
    @links{qw(first prev)} = map { $address->($_) } 1, $page - 1 if $page > 1;
    @links{qw(next last)} = map { $address->($_) } $page + 1, $pages if $page < $pages;
    return 200,
      {
        $name => [ map { $render->($_) } @$items[ $first .. $last ] ],
        links => %links ? { pages => \%links } : {},
        meta  => { total => 0 + @$items },
      };
}

sub store {
    my ($self) = @_;
    return $self->{store};
}

1;
