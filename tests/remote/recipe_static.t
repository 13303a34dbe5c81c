#!/usr/bin/perl
# assets/recipes/static, each step as a job of bgc-host, with a real web server over `current`; and the
# scripts that it shares with generic-systemd, whose restart asks a bgc-unit that is played here.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

for my $tool (qw(git plackup)) {
    next if grep { -x "$_/$tool" } split /:/, $ENV{PATH};
    print "ok 1 - skipped: no $tool here\n1..1\n1 passed, 0 failed\n";
    exit 0;
}

my $host = install_helper('bgc-host');
my ($app, $work, $common) = ("$dir/app", "$dir/work", "$assets/recipes/common");
my $port = free_port();
mkdir "$app$_" for '', qw(/releases /shared /shared/run);
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");
system(qw(git init -q -b main), $work) == 0 or die;

my ($seq, $clock) = (0, 0);

sub commit {
    my (%files) = @_;
    write_file("$work/$_", $files{$_}, $_ eq 'make' ? 0755 : 0644) for keys %files;
    system("cd $work && git add -A && git -c user.name=t -c user.email=t\@example.com commit -q -m site") == 0 or die;
    chomp(my $sha = `git -C $work rev-parse HEAD`);
    return { sha => $sha, name => sprintf('20260101T0000%02dZ-%s', ++$clock, substr $sha, 0, 7) };
}

sub step {
    my ($script, $release, %vars) = @_;
    my %all = (
        BGC_ENV => 'shop', BGC_APP_DIR => $app, BGC_REPOSITORY => "file://$work", BGC_REF => 'main', BGC_SHA => $release->{sha},
        BGC_RELEASE => $release->{name}, BGC_RUN => 'r', BGC_PORT => $port, BGC_HEALTH_METHOD => 'GET', BGC_HEALTH_PATH => '/index.html',
        BGC_KEEP_RELEASES => 5, BGC_BUILD => '', BGC_UNIT_VERB => 'none', %vars,
    );
    return ask($host, 'start', env => 'shop', run => 'r' . ++$seq, step => $script, epoch => 1, seq => $seq, limit_s => 60, idle_s => 60,
        follow => 1, (map { ("var.$_" => $all{$_}) } sort keys %all), body => slurp("$common/$script.sh"));
}

sub deploy {
    my ($release, %vars) = @_;
    my $answer;
    for my $script (qw(check fetch build activate unit smoke)) {
        $answer = step($script, $release, %vars);
        $answer->{step} = $script;
        last if !defined $answer->{rc} || $answer->{rc} ne '0';
    }
    return "$answer->{step} $answer->{rc}: $answer->{log}";
}

my $server = fork;
if (!$server) {
    open STDERR, '>', "$dir/server.log";
    exec qw(plackup --server Standalone --host 127.0.0.1 --port), $port, '-MPlack::App::File', '-e',
        "sub { Plack::App::File->new(root => '$app/current/public')->call(\@_) }";
}

mkdir "$work/public";
my $one = commit('public/index.html' => "one\n");
like(deploy($one), qr{^smoke 0: GET /index\.html: 200 OK\none\n}, 'files as they are');
my $two = commit('public/index.html' => "two\n", make => "#!/bin/sh\nset -eu\nsed s/two/made/ public/index.html >public/new\nmv public/new public/index.html\n");
like(deploy($two, BGC_BUILD => 'make'), qr{^smoke 0: GET /index\.html: 200 OK\nmade\n}, 'files that a build makes, and no server was told');
is(readlink("$app/current"), "releases/$two->{name}", 'current is a link');
my $three = commit('public/index.html' => "three\n");
like(deploy($three, BGC_BUILD => 'bake'), qr{^build 1: build: the release has no program bake}, 'a build that is not there');
is(readlink("$app/current"), "releases/$two->{name}", 'current is as it was');
commit(make => "#!/bin/sh\necho no paper >&2\nexit 3\n");
my $four = commit('public/index.html' => "four\n");
like(deploy($four, BGC_BUILD => 'make'), qr{^build 3: no paper}, 'a build that fails says so itself');
like(step('diagnose', $two)->{log}, qr{^current is $two->{name}\n.*^made$}ms, 'diagnose does without a log');
like(step('check', $one, BGC_UNIT_VERB => 'restart')->{log}, qr{bgc-unit is missing: .* run bgconsole bootstrap}, 'check misses bgc-unit')
    if !-x '/usr/local/sbin/bgc-unit';
end_process($server);

# --- bgc-unit, played by a sudo that keeps what it was asked

sub unit {
    my ($verb, $end) = @_;
    write_file("$dir/bin/sudo", "#!/bin/sh\necho \"\$*\" >$dir/asked\ncat >>$dir/asked\nprintf 'active=x\\n%s\\n' '$end'\n", 0755);
    local $ENV{PATH}          = "$dir/bin:$ENV{PATH}";
    local $ENV{BGC_UNIT_VERB} = $verb;
    local $ENV{BGC_ENV}       = 'shop';
    my $said = `sh $common/unit.sh 2>&1`;
    return ($? >> 8) . " $said";
}

like(unit('restart', 'end=ok'), qr{^0 active=x\nend=ok\n}, 'a restart by bgc-unit');
is(slurp("$dir/asked"), "-n /usr/local/sbin/bgc-unit\nbgc 1\nverb=restart\nenv=shop\n\n", 'asked in its own words, without an argument');
like(unit('reload', "message=it is masked\nend=unit"), qr{^1 .*message=it is masked.*^unit: no reload}ms, 'a unit that cannot');
like(unit('restart', ''), qr{^1 }, 'an answer that was cut off is none');
done();
