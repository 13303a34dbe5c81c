package Lab::Routes;

# The door of the API: who asks, may they, which handler answers, and the headers of every answer.

use strict;
use warnings;
use JSON::PP      ();
use Lab::Account  ();
use Lab::Droplets ();
use Lab::RateLimit ();
use Lab::Tags     ();

my $json = JSON::PP->new->utf8->canonical;

# method, path, handler; a {word} of the path is handed on in order.
my @routes = (
    [ GET    => '/v2/account',                 \&Lab::Account::account ],
    [ GET    => '/v2/account/keys',            \&Lab::Account::keys_list ],
    [ POST   => '/v2/account/keys',            \&Lab::Account::key_create ],
    [ GET    => '/v2/account/keys/{key}',      \&Lab::Account::key_get ],
    [ DELETE => '/v2/account/keys/{key}',      \&Lab::Account::key_delete ],
    [ GET    => '/v2/sizes',                   \&Lab::Account::sizes ],
    [ GET    => '/v2/regions',                 \&Lab::Account::regions ],
    [ GET    => '/v2/droplets',                \&Lab::Droplets::list ],
    [ POST   => '/v2/droplets',                \&Lab::Droplets::create ],
    [ DELETE => '/v2/droplets',                \&Lab::Droplets::delete_tagged ],
    [ GET    => '/v2/droplets/{id}',           \&Lab::Droplets::get ],
    [ DELETE => '/v2/droplets/{id}',           \&Lab::Droplets::delete_one ],
    [ GET    => '/v2/droplets/{id}/actions',   \&Lab::Droplets::actions ],
    [ POST   => '/v2/droplets/{id}/actions',   \&Lab::Droplets::act ],
    [ GET    => '/v2/droplets/{id}/actions/{action}', \&Lab::Droplets::action ],
    [ GET    => '/v2/actions/{action}',        sub { Lab::Droplets::action(@_[ 0, 1 ], undef, $_[2]) } ],
    [ GET    => '/v2/tags',                    \&Lab::Tags::list ],
    [ POST   => '/v2/tags',                    \&Lab::Tags::create ],
    [ GET    => '/v2/tags/{tag}',              \&Lab::Tags::get ],
    [ DELETE => '/v2/tags/{tag}',              \&Lab::Tags::delete_one ],
    [ POST   => '/v2/tags/{tag}/resources',    \&Lab::Tags::tag ],
    [ DELETE => '/v2/tags/{tag}/resources',    \&Lab::Tags::untag ],
);

# new STORE TOKEN BASE: BASE begins the addresses of other pages.
sub new {
    my ($class, $store, $token, $base) = @_;
    my @table;
    for my $route (@routes) {
        my ($method, $path, $handler) = @$route;
        (my $pattern = quotemeta $path) =~ s/\\\{\w+\\\}/([^\/]+)/g;
        push @table, [ $method, qr/^$pattern$/, $handler ];
    }
    return bless { store => $store, token => $token, base => $base, table => \@table, limit => Lab::RateLimit->new }, $class;
}

# answer REQUEST: handlers get (context, request, words of the path) and give back (status, value);
# they die with error() where they refuse. The request's body, if it has one, must be JSON.
sub answer {
    my ($self, $request) = @_;
    my ($status, $value, @headers);
    my $allowed = 1;
    if (($request->{headers}{authorization} // '') ne "Bearer $self->{token}") {
        ($status, $value) = (401, { id => 'unauthorized', message => 'Unable to authenticate you' });
    } else {
        ($allowed, @headers) = $self->{limit}->count;
        ($status, $value) =
          $allowed
          ? $self->dispatch($request)
          : (429, { id => 'too_many_requests', message => 'API rate limit exceeded.' });
    }
    my $id = request_id();
    $value->{request_id} = $id if $status >= 400;
    return {
        status  => $status,
        headers => [ @headers, 'x-request-id', $id ],
        body    => defined $value ? $json->encode($value) : '',
    };
}

sub dispatch {
    my ($self, $request) = @_;
    my $path_known;
    for my $route (@{ $self->{table} }) {
        my ($method, $pattern, $handler) = @$route;
        my @words = $request->{path} =~ $pattern or next;
        @words = () if $#+ == 0;    # a match without groups gives (1)
        $path_known = 1;
        next if $method ne $request->{method};
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

# error STATUS MESSAGE: what a handler dies with.
sub error {
    my ($status, $message) = @_;
    my %id = (400 => 'bad_request', 404 => 'not_found', 422 => 'unprocessable_entity');
    die [ $status, { id => $id{$status}, message => $message } ];
}

sub missing {
    error(404, 'The resource you requested could not be found.');
}

sub body_parse {
    my ($body) = @_;
    return {} if $body !~ /\S/;
    my $value = eval { $json->decode($body) };
    error(400, 'Unable to parse the request body.') if ref $value ne 'HASH';
    return $value;
}

# page REQUEST NAME ITEMS RENDER: one page of a list as the API cuts it: 20 a page, 200 at most,
# `links.pages` only where there is another page, `meta.total` always.
sub page {
    my ($self, $request, $name, $items, $render) = @_;
    my $query = $request->{query};
    for my $key (qw(page per_page)) {
        error(400, "$key must be a positive integer.") if defined $query->{$key} && $query->{$key} !~ /^[1-9]\d{0,8}$/;
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

sub request_id {
    return join '-', map { join '', map { sprintf '%02x', int rand 256 } 1 .. $_ } 4, 2, 2, 2, 6;
}

1;
