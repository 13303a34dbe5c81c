#!/usr/bin/perl
# bootstrap, as root, in a mount namespace whose /etc, /usr/local, /var/lib, /home and /srv are
# copies that go away; then what it made is used: sudo, and a job of the deploy user.

use strict;
use warnings;
use FindBin;

# Before anything is made that would have to be taken away.
BEGIN {
    if ($> != 0) {
        print "ok 1 - skipped: only root can make users\n1..1\n1 passed, 0 failed\n";
        exit 0;
    }
    if (!@ARGV) {
        exec 'unshare', '--mount', $^X, $0, 'inside' or die "no unshare: $!\n";
    }
}

use lib "$FindBin::Bin/lib";
use Remote;

my @covered = qw(/etc /usr/local /var/lib /home /srv /run);

system("mount -t tmpfs tmpfs $dir") == 0 or die 'no tmpfs';
for my $place (@covered) {
    my $name = $place =~ s{/}{_}gr;
    mkdir "$dir/$_$name" for qw(upper work);
    system("mount -t overlay overlay -o lowerdir=$place,upperdir=$dir/upper$name,workdir=$dir/work$name $place") == 0
        or die "no overlay on $place";
}

my $key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx bgconsole@console';
my %helper = map { $_ => scalar `$assets/remote/assemble $_` } qw(bootstrap bgc-host bgc-lb);

# As it is done over SSH: script, request and helper on the standard input of `perl -`.
sub bootstrap {
    my ($role, @more) = @_;
    my $name = $role eq 'host' ? 'bgc-host' : 'bgc-lb';
    my ($pid, $in, $out) = start_command('perl', '-');
    print {$in} $helper{bootstrap}, request('bootstrap', env => 'shop', role => $role, user => 'shop-deploy', @more, body => $helper{$name});
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return answer_of($text);
}

sub mode_of { my ($path) = @_; my @stat = stat $path or return 'none'; return sprintf '%o %s %s', $stat[2] & 07777, (getpwuid $stat[4])[0], (getgrgid $stat[5])[0] }

# --- a host

my @host = (authorized_key => $key, 'conf.app_dir' => '/srv/app/shop');
my $answer = bootstrap('host', @host);
is($answer->{end}, 'ok', 'host: done') or print $answer->{text};
like($answer->{text}, qr/^did=made the user shop-deploy$/m, 'host: says what it did');
my @user = getpwnam 'shop-deploy';
is("$user[7] $user[8]", '/home/shop-deploy /bin/sh', 'host: the user');
is(mode_of('/home/shop-deploy/.ssh'), '700 shop-deploy shop-deploy', 'host: .ssh');
is(mode_of('/home/shop-deploy/.ssh/authorized_keys'), '600 shop-deploy shop-deploy', 'host: authorized_keys');
is(slurp('/home/shop-deploy/.ssh/authorized_keys'), "$key\n", 'host: the key');
is(mode_of('/usr/local/bin/bgc-host'), '755 root root', 'host: the helper');
is(slurp('/usr/local/bin/bgc-host'), $helper{'bgc-host'}, 'host: it is the assembled one');
is(mode_of('/etc/bgconsole/shop.conf'), '644 root root', 'host: the settings');
is(slurp('/etc/bgconsole/shop.conf'), "app_dir=/srv/app/shop\nuser=shop-deploy\n", 'host: their text');
is(mode_of("/srv/app/shop$_"), '755 shop-deploy shop-deploy', "host: app directory$_") for '', qw(/releases /shared /shared/log /shared/run);

$answer = bootstrap('host', @host);
is(join('|', @{ $answer->{all}{did} || [] }) . " $answer->{end}", ' ok', 'host: a second time there is nothing to do');
is(scalar @{ $answer->{all}{there} }, 9, 'host: and it says what stands already');
is(bootstrap('host', @host, 'authorized_key' => 'ssh-ed25519 AAAA other')->{end}, 'usage', 'host: one key at a time');
is(scalar @{ bootstrap('host', authorized_key => 'ssh-ed25519 AAAA other', 'conf.app_dir' => '/srv/app/shop')->{all}{did} }, 1, 'host: another key is added');
is(slurp('/home/shop-deploy/.ssh/authorized_keys'), "$key\nssh-ed25519 AAAA other\n", 'host: the first key stays');
chmod 0700, '/usr/local/bin/bgc-host';
is(bootstrap('host', @host)->{did}, 'replaced /usr/local/bin/bgc-host', 'host: a wrong mode is put right');
is(bootstrap('host', 'conf.app_dir' => '/etc')->{end}, 'conflict', 'host: a directory of somebody else is refused');
is(bootstrap('host')->{end}, 'usage', 'host: conf.app_dir is needed');
is(bootstrap('host', 'conf.app_dir' => '/srv/x', authorized_key => "x\ny")->{end}, 'usage', 'host: a key is one line');
bootstrap('host', @host);

write_file('/root/secret', "no\n");
unlink '/home/shop-deploy/.ssh/authorized_keys';
symlink '/root/secret', '/home/shop-deploy/.ssh/authorized_keys';
bootstrap('host', @host);
is(slurp('/root/secret'), "no\n", 'host: a link in the user\'s home leads root nowhere');
unlink '/root/secret';

my ($pid, $in, $out) = start_command('runuser', '-u', 'shop-deploy', '--', '/usr/local/bin/bgc-host');
print {$in} request('start', env => 'shop', run => 'r', step => 's', epoch => 1, seq => 1, limit_s => 9, idle_s => 9, follow => 1, body => "#!/bin/sh\nid -un\npwd\n");
close $in;
$answer = answer_of(do { local $/; <$out> });
is("$answer->{log}$answer->{end}", "shop-deploy\n/srv/app/shop\nok", 'host: the deploy user runs a job');
is(answer_of(scalar `/usr/local/bin/bgc-host facts env=shop`)->{end}, 'usage', 'host: root is told to be the deploy user');

# --- its repository

system('git init -q -b main /srv/code && git -C /srv/code -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m one && chmod -R a+rX /srv/code') == 0 or die;
system('git config --system --add safe.directory "*"');
$answer = bootstrap('host', @host, git_repository => 'file:///srv/code');
is("$answer->{there} $answer->{end}", 'access to file:///srv/code, which has 1 branches and tags ok', 'git: the deploy user reads the repository') or print $answer->{text};
$answer = bootstrap('host', @host, git_repository => 'file:///srv/nothing');
like($answer->{could_not}, qr{^read file:///srv/nothing: fatal: .*/srv/nothing}, 'git: it cannot, and git says why');
$answer = bootstrap('host', @host, git_repository => 'ssh://git@127.0.0.1:1/code.git');
my $git = '/srv/app/shop/.bgconsole/git';
is(mode_of("$git/key") . mode_of($git), '600 shop-deploy shop-deploy700 shop-deploy shop-deploy', 'git: by ssh the host makes a key of its own');
like($answer->{could_not}, qr{refused}, 'git: nobody listens there');
chomp(my $public = slurp("$git/key.pub"));
is($answer->{to_do}, "add this key to the repository, to read only (as a deploy key): $public", 'git: what the operator can do, with the key');
bootstrap('host', @host, git_repository => 'git@127.0.0.1:code.git');
is(slurp("$git/key.pub"), "$public\n", 'git: the key stays');
$answer = bootstrap('host', @host, git_repository => 'https://127.0.0.1:1/code.git');
like($answer->{to_do}, qr{^write https://USER:TOKEN\@127\.0\.0\.1 into a file of yours}, 'git: by https it asks for a token');
$answer = bootstrap('host', @host, git_repository => 'https://127.0.0.1:1/code.git', git_credentials => 'https://ci:s3cret@127.0.0.1:1');
is(mode_of("$git/credentials") . slurp("$git/credentials"), "600 shop-deploy shop-deployhttps://ci:s3cret\@127.0.0.1:1\n" =~ s{\\}{}r, 'git: the token is kept where only the deploy user reads it');
ok($answer->{text} !~ /s3cret/, 'git: and is never told');

# --- its unit

$answer = bootstrap('host', @host, 'conf.unit' => '../evil.service');
is($answer->{end}, 'usage', 'unit: a path is no name');
$answer = bootstrap('host', @host, 'conf.unit' => 'shop.service', unit_start => '/usr/bin/env plackup --port 8080');
is(mode_of('/usr/local/sbin/bgc-unit'), '755 root root', 'unit: the helper');
like(slurp('/etc/sudoers.d/bgconsole'), qr{^shop-deploy ALL=\(root\) NOPASSWD: /usr/local/sbin/bgc-unit ""$}m, 'unit: its line');
like($answer->{skipped}, qr{^no systemd: shop\.service is not written}, 'unit: no systemd, no unit') if !-d '/run/systemd/system';

sub unit {
    my ($user, $verb, @more) = @_;
    my ($pid, $in, $out) = start_command(qw(setsid runuser -u), $user, qw(-- sudo -n /usr/local/sbin/bgc-unit));
    print {$in} request($verb, @more);
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return answer_of(defined $text ? $text : '');
}
is(unit('shop-deploy', 'version')->{end}, 'ok', 'unit: the deploy user may run it by sudo');
is(unit('shop-deploy', 'status', env => 'shop')->{unit}, 'shop.service', 'unit: it knows which unit that is');
is(unit('shop-deploy', 'status', env => 'shop', unit => 'ssh.service')->{end}, 'usage', 'unit: nobody names another one');
is(unit('shop-deploy', 'mask', env => 'shop')->{end}, 'usage', 'unit: no other verb');
is(unit('shop-deploy', 'status', env => 'blog')->{end}, 'env', 'unit: an environment that is not here');
is(unit('shop-deploy', 'restart', env => 'shop')->{end}, 'unit', 'unit: what systemd cannot do is told');
write_file('/etc/bgconsole/blog.conf', "app_dir=/srv/blog\nuser=nobody\nunit=blog.service\n");
like(unit('shop-deploy', 'restart', env => 'blog')->{message}, qr/^shop-deploy is not nobody, whose application blog\.service is$/, 'unit: not that of another environment');
chmod 0666, '/etc/bgconsole/shop.conf';
like(unit('shop-deploy', 'status', env => 'shop')->{message}, qr/is not root's alone/, 'unit: settings that others could have written are not believed');
unlink glob '/etc/bgconsole/*.conf';

# --- a load balancer

my @lb = (authorized_key => $key, 'conf.map' => '/etc/haproxy/shop/traffic.map', 'conf.key' => 'green_share', 'conf.frontend' => 'www',
    'conf.blue_backend' => 'b', 'conf.green_backend' => 'g', 'conf.stats_socket' => '/run/x.sock', 'conf.master_socket' => '/run/y.sock',
    'conf.check_address' => '127.0.0.1:80', 'conf.check_host' => 'shop.example', 'conf.check_path' => '/',
    'conf.server_state_file' => '/var/lib/shop-state/servers.state',
    'conf.maintenance_map' => '/etc/haproxy/shop/maintenance.map', 'conf.maintenance_page' => '/etc/haproxy/shop/maintenance.html');
unlink '/etc/bgconsole/shop.conf';
$answer = bootstrap('lb', @lb);
is($answer->{end}, 'ok', 'lb: done') or print $answer->{text};
is(mode_of('/usr/local/sbin/bgc-lb'), '755 root root', 'lb: the helper');
is(mode_of('/var/lib/bgconsole/shop'), '700 root root', 'lb: the state directory');
is(mode_of('/etc/haproxy/shop/traffic.map') . slurp('/etc/haproxy/shop/traffic.map'), "644 root rootgreen_share 0\n", 'lb: the map');
is(slurp('/var/lib/shop-state/servers.state'), "1\n", 'lb: an empty server state');
is(mode_of('/etc/haproxy/shop/maintenance.map') . slurp('/etc/haproxy/shop/maintenance.map'), "644 root rootmaintenance 0\n", 'lb: the map of the maintenance page');
like(slurp('/etc/haproxy/shop/maintenance.html'), qr{\A<!DOCTYPE html>.*not available at the moment.*</html>\n\z}s, 'lb: and its page');
is(mode_of('/etc/sudoers.d/bgconsole'), '440 root root', 'lb: the sudoers file');
like(slurp('/etc/sudoers.d/bgconsole'), qr{^shop-deploy ALL=\(root\) NOPASSWD: /usr/local/sbin/bgc-lb ""$}m, 'lb: its line');
write_file('/etc/haproxy/shop/traffic.map', "green_share 100\n");
write_file("/etc/haproxy/shop/maintenance.$_", "mine\n") for qw(map html);
is($answer->{skipped}, 'no systemd: have /usr/local/sbin/bgc-lb recover run at boot, before HAProxy', 'lb: no systemd, and says what is missing') if !-d '/run/systemd/system';
system('mkdir', '-p', '/run/systemd/system');
$ENV{SYSTEMD_OFFLINE} = 1;
$answer = bootstrap('lb', @lb);
if (-x '/usr/bin/systemctl') { # a machine without systemd has no unit to look at
    like($answer->{text}, qr{^did=installed /etc/systemd/system/bgc-recover\.service\ndid=enabled bgc-recover\.service\nend=ok$}m, 'lb: the unit of the boot') or print $answer->{text};
    is(mode_of('/etc/systemd/system/bgc-recover.service'), '644 root root', 'lb: its file');
    ok(-l '/etc/systemd/system/multi-user.target.wants/bgc-recover.service', 'lb: it is wanted at boot');
    is(system('systemd-analyze verify bgc-recover.service 2>&1 | grep bgc-recover'), 256, 'lb: systemd has nothing to say against it');
}
is(bootstrap('lb', @lb)->{text} =~ s{^there=.*\n}{}gmr, "end=ok\n", 'lb: a second time there is nothing to do');
is(slurp('/etc/haproxy/shop/traffic.map'), "green_share 100\n", 'lb: a map is never overwritten');
is(slurp("/etc/haproxy/shop/maintenance.$_"), "mine\n", "lb: nor a maintenance $_") for qw(map html);

sub by_sudo {
    my (@words) = @_;
    my ($pid, $in, $out) = start_command(qw(setsid runuser -u shop-deploy -- sudo -n), @words);
    print {$in} request('version');
    close $in;
    my $text = do { local $/; <$out> };
    waitpid $pid, 0;
    return defined $text ? $text : '';
}
is(answer_of(by_sudo('/usr/local/sbin/bgc-lb'))->{end}, 'ok', 'lb: the deploy user may run it by sudo');
is(by_sudo('/usr/local/sbin/bgc-lb', 'version'), '', 'lb: but not with arguments');
is(by_sudo('/bin/id'), '', 'lb: and nothing else');

# --- where nobody can be made

$answer = bootstrap('host', become => 'none', 'conf.app_dir' => '/srv/other');
is($answer->{end}, 'ok', 'become=none: done');
is(mode_of('/srv/other'), '755 root root', 'become=none: everything is ours');
like($answer->{text}, qr/^skipped=become=none: no user/m, 'become=none: says what it left out');

# The mounts end with the namespace, the directory under them does not.
END {
    my $status = $?; # system() would put umount's in its place
    system('umount', '--lazy', $dir) if @ARGV;
    $? = $status;
}

done();
