#!/usr/bin/perl
# The lab's API without its server: each request of the public description (github.com/digitalocean/openapi) that
# bgconsole can make, the status it must have, and what the answer must hold. Waiting is for a state.

use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp     ();
use JSON::PP       ();
use Test::More;
use Time::HiRes qw(sleep time);
use lib dirname(__FILE__) . '/api';
use Lab::Routes ();
use Lab::Store  ();
use Lab::Tokens ();

use constant { READER => 'dop_v1_reader', TOKENS => 30, MINUTE_MAX => 250, WAIT_S => 20 };

# Each may ask 250 times in a minute, and waiting asks often.
my @full = map { "dop_v1_full$_" } 1 .. TOKENS;

my $dir = File::Temp->newdir;
file('hosts',  "web-blue-1 blue 10.77.1.1 203.0.113.1 501\nweb-green-1 green 10.77.2.1 203.0.113.2 502\n");
file('tokens', join '', map({ "$_ *\n" } @full), READER . " droplet:read\n");
my $routes = Lab::Routes->new(Lab::Store->open("$dir/state", "$dir/hosts"), Lab::Tokens->new("$dir/tokens"), 'http://api');

# --- the table: method, target, body, status, and what the answer holds, by names and numbers with dots between

my $key  = 'ssh-ed25519 ' . 'A' x 68;
my %droplet = (name => 'app-blue-1', region => 'nyc3', size => 's-2vcpu-4gb', image => 'ubuntu-22-04-x64');
my %rule = (protocol => 'tcp', ports => '22', sources => { addresses => ['192.0.2.0/24'] });
my %firewall = (name => 'app', inbound_rules => [ \%rule ], tags => ['env:blue']);
my %forward  = (entry_protocol => 'http', entry_port => 80, target_protocol => 'http', target_port => 8080);
my %balancer = (name => 'app-lb', region => 'nyc3', forwarding_rules => [ \%forward ], tag => 'env:blue');

my @table = (
    [ GET  => '/v2/account',                             undef, 200, 'account.droplet_limit' => 25, 'account.status' => 'active' ],
    [ POST => '/v2/account/keys',                        { name => 'ops', public_key => $key }, 201, 'ssh_key.name' => 'ops' ],
    [ POST => '/v2/account/keys',                        { name => 'ops', public_key => $key }, 422, id => 'unprocessable_entity' ],
    [ POST => '/v2/account/keys',                        { name => 'ops', public_key => 'junk' }, 422 ],
    [ GET  => '/v2/account/keys',                        undef, 200, 'ssh_keys.0.public_key' => $key, 'meta.total' => 1 ],
    [ GET  => '/v2/sizes',                               undef, 200, 'sizes.4.slug' => 's-4vcpu-8gb', 'sizes.4.price_monthly' => 48 ],
    [ GET  => '/v2/regions',                             undef, 200, 'regions.2.slug' => 'nyc3' ],
    [ GET  => '/v2/images?type=distribution',            undef, 200, 'images.1.slug' => 'ubuntu-22-04-x64' ],
    [ GET  => '/v2/images?private=true',                 undef, 200, 'meta.total' => 0 ],
    [ GET  => '/v2/images/ubuntu-22-04-x64',             undef, 200, 'image.distribution' => 'Ubuntu' ],
    [ GET  => '/v2/images/no-such',                      undef, 404, id => 'not_found' ],
    [ GET  => '/v2/vpcs',                                undef, 200, 'vpcs.2.region' => 'nyc3', 'vpcs.2.default' => 1 ],
    [ POST => '/v2/droplets',                            { %droplet, image => 'no-such' }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, size => 'huge' }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, region => 'moon' }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, name => 'a b' }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, ssh_keys => [12] }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, user_data => 'x' x 65_537 }, 422 ],
    [ POST => '/v2/droplets',                            { %droplet, name => undef, names => [ map { "n$_" } 1 .. 11 ] }, 422 ],
    [ POST => '/v2/droplets',                            'not JSON', 400, id => 'bad_request' ],
    [ GET  => '/v2/droplets?tag_name=env:blue',          undef, 200, 'meta.total' => 1, 'droplets.0.id' => 501 ],
    [ GET  => '/v2/droplets?per_page=1',                 undef, 200, 'links.pages.next' => 'http://api/v2/droplets?page=2&per_page=1' ],
    [ GET  => '/v2/droplets?page=0',                     undef, 400 ],
    [ GET  => '/v2/droplets/501',                        undef, 200, 'droplet.networks.v4.1.type' => 'public', 'droplet.status' => 'active' ],
    [ GET  => '/v2/droplets/1',                          undef, 404 ],
    [ POST => '/v2/droplets/501/actions',                { type => 'power_off' }, 201, 'action.status' => 'in-progress' ],
    [ GET  => '/v2/droplets/501',                        undef, 200, 'droplet.status' => 'off' ],
    [ POST => '/v2/droplets/501/actions',                { type => 'explode' }, 422 ],
    [ POST => '/v2/tags',                                { name => 'env:new' }, 201, 'tag.resources.count' => 0 ],
    [ POST => '/v2/tags',                                { name => 'a b' }, 422 ],
    [ POST => '/v2/tags/env:new/resources',              { resources => [ { resource_id => '501', resource_type => 'droplet' } ] }, 204 ],
    [ GET  => '/v2/tags/env:new',                        undef, 200, 'tag.resources.droplets.count' => 1 ],
    [ DELETE => '/v2/tags/env:new/resources',            { resources => [ { resource_id => '501', resource_type => 'droplet' } ] }, 204 ],
    [ DELETE => '/v2/tags/env:new',                      undef, 204 ],
    [ GET  => '/v2/tags/env:new',                        undef, 404 ],
    [ POST => '/v2/firewalls',                           \%firewall, 202, 'firewall.status' => 'waiting', 'firewall.pending_changes.0.droplet_id' => 501 ],
    [ POST => '/v2/firewalls',                           \%firewall, 409, id => 'conflict' ],
    [ POST => '/v2/firewalls',                           { %firewall, name => 'b', inbound_rules => [] }, 422 ],
    [ POST => '/v2/firewalls',                           { %firewall, name => 'b', tags => ['no:such'] }, 422 ],
    [ POST => '/v2/firewalls',                           { %firewall, name => 'b', inbound_rules => [ { %rule, sources => {} } ] }, 422 ],
    [ GET  => '/v2/firewalls',                           undef, 200, 'firewalls.0.name' => 'app', 'firewalls.0.inbound_rules.0.ports' => 22 ],
    [ GET  => '/v2/firewalls/no-such',                   undef, 404 ],
    [ POST => '/v2/load_balancers',                      \%balancer, 202, 'load_balancer.status' => 'new', 'load_balancer.ip' => '', 'load_balancer.health_check.path' => '/' ],
    [ POST => '/v2/load_balancers',                      { %balancer, name => 'b', droplet_ids => [501] }, 422 ],
    [ POST => '/v2/load_balancers',                      { %balancer, name => 'b', forwarding_rules => [] }, 422 ],
    [ POST => '/v2/load_balancers',                      { %balancer, name => 'b', forwarding_rules => [ { %forward, target_port => 0 } ] }, 422 ],
    [ GET  => '/v2/load_balancers',                      undef, 200, 'load_balancers.0.droplet_ids.0' => 501, 'load_balancers.0.algorithm' => 'round_robin' ],
    [ GET  => '/v2/monitoring/metrics/droplet/cpu?host_id=501&start=1200&end=1500', undef, 200, status => 'success', 'data.result.0.metric.mode' => 'idle', 'data.result.0.values.0.0' => 1200 ],
    [ GET  => '/v2/monitoring/metrics/droplet/memory_available?host_id=501&start=1200&end=1500', undef, 200, 'data.resultType' => 'matrix' ],
    [ GET  => '/v2/monitoring/metrics/droplet/bandwidth?host_id=501&start=1200&end=1500', undef, 400 ],
    [ GET  => '/v2/monitoring/metrics/droplet/load_1?host_id=501', undef, 400 ],
    [ GET  => '/v2/no-such',                             undef, 404 ],
    [ PUT  => '/v2/account',                             undef, 405 ],
);

for my $row (@table) {
    my ($method, $target, $body, $status, %holds) = @$row;
    my ($got, $value) = ask($method, $target, $body);
    my $what = "$method " . substr $target, 0, 60;
    is($got, $status, "$what: $status");
    is(at($value, $_), $holds{$_}, "$what: $_") for sort keys %holds;
    ok(defined $value->{request_id} && length $value->{message}, "$what: it says why, with a request id") if $status >= 400;
}

# --- who may

is((ask(GET => '/v2/droplets', undef, 'dop_v1_wrong'))[0], 401, 'a token that nobody has: 401');
is((ask(GET => '/v2/droplets', undef, READER))[0], 200, 'a token with the scope: 200');
is((ask(POST => '/v2/droplets', \%droplet, READER))[0], 403, 'without it: 403');
my $answered = 2;    # the two above
$answered++ while $answered <= MINUTE_MAX && (ask(GET => '/v2/droplets', undef, READER))[0] == 200;
is($answered, MINUTE_MAX, 'it may ask so often in a minute');
is((ask(GET => '/v2/droplets', undef, READER))[0], 429, 'once more: 429');
file('tokens', join '', map { "$_ *\n" } @full);
is((ask(GET => '/v2/droplets', undef, READER))[0], 401, 'revoked: 401');

# --- in its own time

my (undef, $made) = ask(POST => '/v2/droplets', { %droplet, tags => [ 'env:blue', 'fresh' ], monitoring => Lab::Answer::true() });
my $id = $made->{droplet}{id};
is($made->{droplet}{status}, 'new', 'a new Droplet is new');
is_deeply($made->{droplet}{networks}{v4}, [], 'and has no address');
is(at($made, 'links.actions.0.rel'), 'create', 'its action is told');
is((ask(GET => "/v2/droplets/$id"))[0], 404, 'for a moment it is not found by its id');
is(at((ask(GET => '/v2/droplets?tag_name=fresh'))[1], 'meta.total'), 1, 'though lists have it');
eventually(sub { (ask(GET => "/v2/droplets/$id"))[0] == 200 }, 'then it is');
eventually(sub { status_of($id) eq 'active' }, 'it becomes active');
is_deeply(droplet($id)->{networks}{v4}, [], 'active, and still without an address');
eventually(sub { @{ droplet($id)->{networks}{v4} } == 2 }, 'then it has two');
eventually(sub { at((ask(GET => "/v2/actions/" . at($made, 'links.actions.0.id')))[1], 'action.status') eq 'completed' }, 'its action is completed');
eventually(sub { at((ask(GET => '/v2/firewalls'))[1], 'firewalls.0.status') eq 'succeeded' }, 'the firewall is applied');
eventually(sub { at((ask(GET => '/v2/load_balancers'))[1], 'load_balancers.0.status') eq 'active' }, 'the load balancer is active');
is(at((ask(GET => '/v2/load_balancers'))[1], 'load_balancers.0.droplet_ids.1'), $id, 'and has who carries its tag');
is((ask(DELETE => "/v2/droplets/$id"))[0], 204, 'a Droplet is deleted');
is((ask(GET => "/v2/droplets/$id"))[0], 404, 'its id is gone at once');
is(at((ask(GET => '/v2/droplets?tag_name=fresh'))[1], 'meta.total'), 1, 'lists still have it');
eventually(sub { at((ask(GET => '/v2/droplets?tag_name=fresh'))[1], 'meta.total') eq '0' }, 'then they do not');
my @many = map { "many-$_" } 1 .. 10;
is((ask(POST => '/v2/droplets', { %droplet, name => undef, names => \@many }))[0], 202, 'ten at once');
is((ask(POST => '/v2/droplets', { %droplet, name => undef, names => \@many }))[0], 202, 'and ten more');
is((ask(POST => '/v2/droplets', { %droplet, name => undef, names => \@many }))[0], 422, 'but not beyond the limit of the account');
done_testing();

# --- words

sub ask {
    my ($method, $target, $body, $token) = @_;
    my ($path, $query) = split /\?/, $target, 2;
    push @full, shift @full;
    my $answer = $routes->answer(
        {
            method  => $method,
            path    => $path,
            query   => { map { split /=/, $_, 2 } split /&/, $query // '' },
            headers => { authorization => 'Bearer ' . ($token // $full[0]) },
            body    => ref $body ? JSON::PP::encode_json({ map { defined $body->{$_} ? ($_ => $body->{$_}) : () } keys %$body }) : $body // '',
        }
    );
    return $answer->{status}, length $answer->{body} ? JSON::PP::decode_json($answer->{body}) : {};
}

sub at {
    my ($value, $path) = @_;
    $value = ref $value eq 'ARRAY' ? $value->[$_] : $value->{$_} for split /\./, $path;
    return $value // 'nothing';
}

sub droplet   { return (ask(GET => "/v2/droplets/$_[0]"))[1]{droplet} }
sub status_of { return droplet($_[0])->{status} }

sub eventually {
    my ($holds, $what) = @_;
    my $until = time + WAIT_S;
    sleep 0.02 while !$holds->() && time < $until;
    ok($holds->(), $what);
}

sub file {
    my ($name, $text) = @_;
    open my $file, '>', "$dir/$name" or die "$dir/$name: $!\n";
    print {$file} $text;
    close $file or die "$dir/$name: $!\n";
}
