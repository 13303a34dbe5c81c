#!/usr/bin/perl
# assets/recipes/perl-starman, each step as a job of bgc-host, with real git, Carton, Starman and
# Server::Starter: two releases under load, a broken one, a sick one, and what is cleaned up.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;
use Time::HiRes qw(sleep);

for my $tool (qw(git carton starman start_server)) {
    next if grep { -x "$_/$tool" } split /:/, $ENV{PATH};
    print "ok 1 - skipped: no $tool here\n1..1\n1 passed, 0 failed\n";
    exit 0;
}

my $host = install_helper('bgc-host');
my ($app, $work, $recipe) = ("$dir/app", "$dir/work", "$assets/recipes/perl-starman");
my $port = free_port();
mkdir "$app$_" for '', qw(/releases /shared /shared/log /shared/run);
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");
system(qw(git init -q -b main), $work) == 0 or die;

my ($seq, $clock) = (0, 0);

# The variables of the manifest, with their defaults; a test may give others.
my %defaults;
{
    my $name;
    for (split /\n/, slurp("$recipe/recipe.ini")) {
        $name = $1 if /\A\[(\w[\w-]*)\]/;
        $defaults{$name} = $1 if /\Adefault = (.*)/;
    }
}

sub commit {
    my (%files) = @_;
    write_file("$work/$_", $files{$_}) for keys %files;
    system("cd $work && git add -A && git -c user.name=t -c user.email=t\@example.com commit -q -m '@{[join ' ', sort keys %files]}'") == 0 or die;
    chomp(my $sha = `git -C $work rev-parse HEAD`);
    return { sha => $sha, name => sprintf('20260101T0000%02dZ-%s', ++$clock, substr $sha, 0, 7) };
}

sub app_saying { my ($word, $status) = @_; return "sub { [@{[$status || 200]}, ['Content-Type' => 'text/plain'], ['$word']] };\n" }

sub step {
    my ($step, $release, %vars) = @_;
    return ask($host, 'start', env => 'shop', run => 'r' . ++$seq, step => $step, epoch => 1, seq => $seq, limit_s => 120, idle_s => 120, follow => 1,
        (map { ("var.$_->[0]" => $_->[1]) }
            [BGC_ENV => 'shop'], [BGC_RUN => "r$seq"], [BGC_STEP => $step], [BGC_HOST => 'here'], [BGC_COLOUR => 'green'],
            [BGC_APP_DIR => $app], [BGC_REPOSITORY => "file://$work"], [BGC_REF => 'main'], [BGC_SHA => $release->{sha}],
            [BGC_RELEASE => $release->{name}], [BGC_PORT => $port], [BGC_WORKERS => 2], [BGC_PSGI => 'app.psgi'],
            [BGC_HEALTH_METHOD => 'GET'], [BGC_HEALTH_PATH => '/health'], [BGC_KEEP_RELEASES => $vars{keep} || 5],
            [BGC_LINKED => $vars{linked} || ''], [BGC_WHO => 'ann@desk'],
            map { [$_ => $vars{$_} // $defaults{$_}] } sort keys %defaults),
        body => slurp("$recipe/$step.sh"));
}

# Every step in order until one fails; returns the last answer.
sub deploy {
    my ($release, %vars) = @_;
    my $answer;
    for my $step (qw(check fetch build activate restart smoke warm-up)) {
        $answer = step($step, $release, %vars);
        $answer->{step} = $step;
        last if !defined $answer->{rc} || $answer->{rc} ne '0';
    }
    return $answer;
}

sub page {
    my ($path) = @_;
    $path = '/' if !defined $path;
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or return "connect: $!";
    print {$socket} "GET $path HTTP/1.0\r\n\r\n";
    local $/;
    my $answer = <$socket>;
    return defined $answer && $answer =~ /\r\n\r\n(.*)/s ? $1 : 'no answer';
}

# A request in a process of its own; ended, it tells what came.
sub start_request {
    my ($path) = @_;
    my $pid = fork;
    if (!$pid) {
        write_file("$dir/answer", page($path));
        POSIX::_exit(0);
    }
    eventually(sub { connections() }, 20) or die "nobody took the request";
    return $pid;
}

sub end_request {
    my ($pid) = @_;
    waitpid $pid, 0;
    return slurp("$dir/answer");
}

# Connections to the port that the server's side has open.
sub connections {
    my $here = sprintf ':%04X', $port;
    return scalar(() = slurp('/proc/net/tcp') =~ /^\s*\d+: [0-9A-F]{8}$here [0-9A-F:]+ 01 /mg);
}

sub server_pid { return slurp("$app/shared/run/pid") + 0 }

# --- the first release

my $one = commit('app.psgi' => app_saying('one'), 'cpanfile' => '', 'cpanfile.snapshot' => "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n");
my $answer = deploy($one);
is("$answer->{step} $answer->{rc}", 'warm-up 0', 'the first release is deployed') or print $answer->{log};
like($answer->{log}, qr{^10 requests: the first took \d+ ms, the median }, 'each of two workers is warm');
like(step('smoke', $one)->{log}, qr{^GET /health: 200 OK\none\n}, 'smoke shows what it saw');
is(page(), 'one', 'and it is served');
is(readlink("$app/current"), "releases/$one->{name}", 'current is a link');
is(slurp("$app/current/REVISION"), "$one->{sha}\n", 'REVISION is the whole sha');
like(slurp("$app/revisions.log"), qr/ $one->{name} $one->{sha} run r\d+ by ann\@desk, before/, 'revisions.log tells it, and by whom');
my $facts = ask($host, 'facts', env => 'shop');
like("$facts->{current} $facts->{revision} $facts->{release}", qr{\A$one->{name} $one->{sha} $one->{name} $one->{sha} ok \d+\z}, 'facts see it');
my $server = server_pid();
isnt_child($server);

# --- the second, under load

my $two = commit('app.psgi' => app_saying('two'));
my $load = start_load();
$answer = deploy($two);
is("$answer->{step} $answer->{rc}", 'warm-up 0', 'the second release is deployed');
my %seen = end_load($load);
is(page(), 'two', 'and it is served');
is(server_pid(), $server, 'by the same start_server');
is(join(' ', sort grep { !/^(one|two)$/ } keys %seen), '', "no request is lost: $seen{one} of one, $seen{two} of two");
is(deploy($two)->{rc}, 0, 'the same release again changes nothing that hurts');
is(slurp("$app/shared/run/before"), "releases/$one->{name}\n", 'the way back is still release one');

# --- requests across a restart, and the limit of their time

my $slow = commit('app.psgi' => "sub { if (\$_[0]{PATH_INFO} =~ m{^/slow/(\\d+)}) { my \$end = time + \$1; sleep 1 while time < \$end } [200, [], ['slow']] };\n");
is(deploy($slow)->{rc}, 0, 'an app with slow requests');
my $request = start_request('/slow/5');
is(step('restart', $slow)->{rc}, 0, 'a restart while one is under way');
is(end_request($request), 'slow', 'it gets its answer');
$request = start_request('/slow/60');
$answer = step('restart', $slow, BGC_STOP_GRACE => 2);
like($answer->{log}, qr{^stop_grace = 2 s is over; old workers that are ended with their requests: 1\n  worker \d+: starman worker }m, 'one beyond stop_grace is ended, counted and named');
is(end_request($request), 'no answer', 'and gets none');
is(page(), 'slow', 'the new generation serves');
is(scalar(() = slurp("$app/shared/run/status") =~ /^\d+:\d+$/mg), 1, 'alone');

# --- other servers, other modules

$answer = deploy($slow, BGC_SERVER => 'plackup');
is("$answer->{step} $answer->{rc}", 'warm-up 0', 'plackup serves it');
like(slurp("$app/shared/run/serve"), qr{exec plackup --server Starman}, 'it does');
if (-x '/usr/bin/cpanm') {
    unlink "$work/cpanfile.snapshot";
    my $loose = commit('app.psgi' => app_saying('loose'), cpanfile => "requires 'strict';\n");
    $answer = deploy($loose);
    like("$answer->{step}: $answer->{log}", qr{^build: build: cpanfile has no cpanfile\.snapshot beside it: run carton install and commit it}, 'carton wants the snapshot');
    $answer = deploy($loose, BGC_MODULES => 'cpanm');
    is("$answer->{step} $answer->{rc}", 'warm-up 0', 'cpanm does without') or print $answer->{log};
    is(page(), 'loose', 'and it is served');
    commit(cpanfile => '', 'cpanfile.snapshot' => "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n");
}
is(deploy($two)->{rc}, 0, 'back to release two');

# --- one that does not start, and one that is sick

my $broken = commit('app.psgi' => "die 'no such table';\n");
$answer = deploy($broken);
is($answer->{step}, 'build', 'an app that does not load stops the deploy at build');
like($answer->{log}, qr{no such table.*^build: app\.psgi does not load$}ms, 'with its own reason');
is(page(), 'two', 'what was served is served on');
my $dying = commit('app.psgi' => "die 'no such socket' if \$ENV{SERVER_STARTER_PORT};\n" . app_saying('dying'));
$answer = deploy($dying);
is($answer->{step}, 'smoke', 'an app that dies when it is served stops the deploy at smoke');
like($answer->{log}, qr{^smoke: http://127\.0\.0\.1:$port/health does not answer: .*^Error while loading .* no such socket}ms, 'with the reason from its log');
my $sick = commit('app.psgi' => app_saying('sick', 500));
$answer = deploy($sick);
is("$answer->{step} $answer->{rc}", 'warm-up 0', 'a sick release passes smoke: verify judges it');
like(step('smoke', $sick)->{log}, qr{^GET /health: 500 Internal Server Error\nsick\n}, 'and smoke shows it');
$answer = step('diagnose', $sick);
like($answer->{log}, qr{^current is $sick->{name}\n.*^HTTP/1\.0 500.*^the end of shared/log/app\.log:\n.*old worker \d+ died}ms, 'diagnose: the answer and the log');

# --- a build that fails

my $torn = commit('cpanfile' => "requires 'No::Such::Module';\n", 'app.psgi' => app_saying('torn'));
$answer = deploy($torn);
is($answer->{step}, 'build', 'a module that is not in the snapshot stops the build');
ok(!-e "$app/releases/$torn->{name}/REVISION" && !-e "$app/releases/$torn->{name}/.bgconsole-ok", 'the release does not count');
like(ask($host, 'facts', env => 'shop')->{release}, qr/./, 'facts still answer');
is(step('activate', $torn)->{rc}, 1, 'it cannot be made current');
is(readlink("$app/current"), "releases/$sick->{name}", 'current is as it was');
my $good = commit('cpanfile' => '', 'app.psgi' => app_saying('good'));
like(step('fetch', $good)->{log}, qr/^removing $torn->{name}, which was never finished$/m, 'the next fetch removes it');
ok(!-e "$app/releases/$torn->{name}", 'it is gone');
$answer = step('fetch', { sha => '0' x 40, name => '20260101T000059Z-0000000' });
is("$answer->{rc} " . ($answer->{log} =~ /is on no branch and no tag/ ? 'said' : $answer->{log}), '1 said', 'an unknown commit');

# --- what outlives a release, and how many are kept

mkdir "$app/shared/linked";
write_file("$app/shared/linked/.env", "SECRET=1\n");
$answer = deploy($good, keep => 2);
is($answer->{rc}, 0, 'a good release is deployed');
is(slurp("$app/current/.env"), "SECRET=1\n", 'shared/linked is linked into it');
my $linking = commit('app.psgi' => app_saying('linking'), 'README' => "1\n");
$answer = deploy($linking, linked => '.env config/secrets.yml uploads/');
is("$answer->{step} $answer->{rc}", 'fetch 1', 'a linked file that is not there stops the deploy');
like($answer->{log}, qr{^fetch: $app/shared/linked/config/secrets\.yml is missing on this host: put it there$}m, 'and says which');
mkdir "$app/shared/linked/config";
write_file("$app/shared/linked/config/secrets.yml", "key: 1\n");
is(step('fetch', $linking, linked => '.env config/secrets.yml uploads/')->{rc}, 0, 'with it the release is fetched');
is(readlink("$app/releases/$linking->{name}/$_->[0]"), "$app/shared/linked/$_->[0]", "linked: $_->[0]") for ['.env'], ['config/secrets.yml'], ['uploads'];
ok(-d "$app/shared/linked/uploads" && !-l "$app/releases/$linking->{name}/config", 'a directory is made, and one that only holds a file is the release\'s own');
system('rm', '-rf', "$app/shared/linked/config", "$app/shared/linked/uploads", "$app/releases/$linking->{name}");
my @kept = sort map { s{.*/}{}r } glob "$app/releases/2*";
is("@kept", join(' ', sort $sick->{name}, $good->{name}), 'two are kept: the current one and the one before');
step('activate', $sick, keep => 1);
is(join(' ', sort map { s{.*/}{}r } glob "$app/releases/2*"), "@kept", 'back to the one before: neither is removed');

# --- check

unlink "$app/current";
mkdir "$app/current";
like(step('check', $good)->{log}, qr/current is not a symbolic link/, 'check: current is a real directory');
rmdir "$app/current";
rmdir "$app/shared/linked" if unlink "$app/shared/linked/.env";
rename "$app/shared", "$app/elsewhere";
like(step('check', $good)->{log}, qr/shared is not a directory of ours/, 'check: the directories');
rename "$app/elsewhere", "$app/shared";

my ($final) = slurp("$app/shared/run/pid") =~ /(\d+)/;
kill TERM => $final;
ok(eventually(sub { !kill 0 => $final }), 'start_server ends by TERM');
done();

sub isnt_child {
    my ($pid) = @_;
    my ($session) = slurp("/proc/$pid/stat") =~ /\) \S \d+ \d+ (\d+)/;
    ok($session != slurp("$app/.bgconsole/jobs/r5/restart/pid"), 'start_server has left the job\'s session');
}

# Requests without a pause in two processes; each counts the pages that it saw. An empty answer is
# asked for once more, as HAProxy does (retry-on empty-response): a connection that the old
# generation has just taken when it is told to go may be closed unread.
sub start_load {
    my @load;
    for my $number (1, 2) {
        my $pid = fork;
        if (!$pid) {
            my (%pages, $ended);
            $SIG{TERM} = sub { $ended = 1 };
            until ($ended) {
                my $page = page();
                $page = page() if $page eq 'no answer';
                $pages{$page}++;
                sleep 0.005;
            }
            write_file("$dir/load-$number", join '', map { "$_\t$pages{$_}\n" } keys %pages);
            POSIX::_exit(0);
        }
        push @load, $pid;
    }
    return \@load;
}

sub end_load {
    my ($load) = @_;
    end_process($_) for @$load;
    my %pages;
    for my $number (1, 2) {
        my $text = slurp("$dir/load-$number");
        $pages{$1} += $2 while $text =~ /^(.*)\t(\d+)$/mg;
    }
    return %pages;
}
