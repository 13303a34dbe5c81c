#!/usr/bin/perl
# bgc-host: version, facts and resolve.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $host = install_helper('bgc-host');
my $app  = "$dir/app";
mkdir $_ for $app, "$app/releases";
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");
$ENV{GIT_CONFIG_GLOBAL} = '/dev/null';

sub facts { return ask($host, 'facts', env => 'shop') }

# --- version, facts

my $answer = ask($host, 'version');
is($answer->{sha256}, (split ' ', `sha256sum $host`)[0], 'version: the digest of the file');
like(slurp("$assets/../CMakeLists.txt"), qr/project\(bgconsole VERSION \Q$answer->{version}\E /, 'version: the project\'s');

$answer = facts();
is($answer->{end}, 'ok', 'facts of an empty host');
like("$answer->{load1} $answer->{cpus} $answer->{disk_free_mb} $answer->{memory_free_mb}", qr/\A[\d.]+ [1-9]\d* \d+ \d+\z/, 'facts: load, cpus, space, memory');
is($answer->{boot_id}, slurp('/proc/sys/kernel/random/boot_id') =~ s/\n//r, 'facts: boot_id');
ok(abs($answer->{uptime_ms} - 1000 * (split ' ', slurp('/proc/uptime'))[0]) < 2000, 'facts: the boot clock');
ok(!defined $answer->{current} && !defined $answer->{release} && !defined $answer->{job}, 'facts: no release, no job');

my ($old, $new, $torn) = map { "20260102T03040${_}Z-abcdef$_" } 1 .. 3;
my @sha = map { $_ x 40 } 1 .. 3;
mkdir "$app/releases/$_" for $old, $new, $torn, 'not-a-release';
write_file("$app/releases/$old/REVISION", "$sha[0]\n");
write_file("$app/releases/$new/REVISION", "$sha[1]\n");
write_file("$app/releases/$_/.bgconsole-ok", '') for $old, $new;
symlink "releases/$new", "$app/current";
$answer = facts();
is("$answer->{current} $answer->{revision}", "$new $sha[1]", 'facts: the current release');
is(join("\n", @{ $answer->{all}{release} }), "$torn - partial -\n$new $sha[1] ok 8\n$old $sha[0] ok 8", 'facts: releases, newest first, with their KB');
mkdir sprintf "$app/releases/20270101T0000%02dZ-abcdef0", $_ for 0 .. 40;
is(scalar @{ facts()->{all}{release} }, 20, 'facts: not more than 20 releases');

# --- resolve

my $repo = "$dir/repo.git";
my $work = "$dir/work";
system(qw(git init -q -b main), $work) == 0 or die;
sub git { my $said = `git -C $work -c user.name=t -c user.email=t\@example.com @_ 2>&1`; chomp $said; return $said }
git('commit -q --allow-empty -m one');
git('tag light');
git('tag -m text annotated');
my $one = git('rev-parse HEAD');
git('commit -q --allow-empty -m two');
my $two = git('rev-parse HEAD');
git('branch feature/x');
git('branch both');
git('tag both');
system("git clone -q --bare $work $repo") == 0 or die;

sub resolve { return ask($host, 'resolve', env => 'shop', repo => $_[1] || "file://$repo", ref => $_[0]) }

for my $case (
    ['main',              "$two branch"],
    ['feature/x',         "$two branch"],
    ['refs/heads/main',   "$two branch"],
    ['light',             "$one tag"],
    ['annotated',         "$one tag"],
    ['refs/tags/light',   "$one tag"],
    ['refs/tags/both',    "$two tag"],
    [$one,                "$one commit"],
    [substr($two, 0, 8),  "$two commit"],
) {
    my ($ref, $wanted) = @$case;
    $answer = resolve($ref);
    is(($answer->{sha} || $answer->{message}) . " $answer->{kind}", $wanted, "resolve $ref");
}
like(resolve('both')->{message}, qr/is a branch and a tag/, 'resolve: a branch and a tag of one name');
is(resolve('nothing')->{end}, 'git', 'resolve: no such ref: git');
like(resolve('abcdef0')->{message}, qr/give the whole sha/, 'resolve: an unknown short sha');
$answer = resolve('main', "file://$dir/nowhere.git");
is($answer->{end}, 'git', 'resolve: no such repository: git');
like($answer->{message}, qr/\S/, 'resolve: git\'s own last line');
is(resolve('main', '--upload-pack=touch /tmp/x')->{end}, 'usage', 'resolve: an option is no repository');
is(resolve('main', "ext::sh -c touch% $dir/harm")->{end}, 'usage', 'resolve: a command is no repository');
is(resolve('main', "ext::$dir/bin/harm")->{end}, 'git', 'resolve: no transport that runs commands');
is(resolve('../main')->{end}, 'usage', 'resolve: a path is no ref');

done();
