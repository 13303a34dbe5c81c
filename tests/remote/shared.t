#!/usr/bin/perl
# bgc-host shared: what a host says of the stores that all hosts share.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET ();
use Remote;

my $host = install_helper('bgc-host');
my $app  = "$dir/app";
mkdir $app;
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");

my @children;
END { kill 'KILL', @children if @children }

# A store that answers each connection by code.
sub store {
    my ($serve) = @_;
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 8) or die "cannot listen: $!";
    my $pid = fork;
    die "cannot fork: $!" if !defined $pid;
    if (!$pid) {
        @children = ();
        while (my $client = $listener->accept) { $serve->($client) }
        POSIX::_exit(0);
    }
    push @children, $pid;
    my $port = $listener->sockport;
    close $listener;
    return $port;
}

# The words of one store: "ok", or why not.
sub told {
    my ($url, @more) = @_;
    my $answer = ask($host, 'shared', env => 'shop', store => "sessions $url", @more);
    return $answer->{end} eq 'ok' ? $answer->{store} =~ s/\Asessions //r : "end=$answer->{end} $answer->{message}";
}

# Commands as they come on the wire: *N, then $LENGTH and the word, each.
sub next_command {
    my ($client) = @_;
    my ($count) = (readline($client) // return) =~ /\A\*(\d+)/ or return;
    my @words;
    for (1 .. $count) {
        readline $client;
        (my $word = readline $client) =~ s/\r\n\z//;
        push @words, $word;
    }
    return @words;
}

sub redis {
    my ($password) = @_;
    return store(sub {
        my ($client) = @_;
        my $known = !defined $password;
        while (my ($verb, @words) = next_command($client)) {
            $known ||= $verb eq 'AUTH' && $words[0] eq $password;
            print $client $verb eq 'AUTH' && !$known ? "-WRONGPASS invalid password\r\n"
                : !$known           ? "-NOAUTH Authentication required.\r\n"
                : $verb eq 'PING'   ? "+PONG\r\n"
                : $verb eq 'SELECT' && $words[0] > 15 ? "-ERR DB index is out of range\r\n"
                :                     "+OK\r\n";
        }
    });
}

my $redis = redis();
is(told("redis://127.0.0.1:$redis"), 'ok', 'redis: PING');
is(told("redis://127.0.0.1:$redis/7"), 'ok', 'redis: its database');
like(told("redis://127.0.0.1:$redis/16"), qr/has no database 16: ERR DB index/, 'redis: a database that is not there');

my $locked = redis('s3cret');
like(told("redis://127.0.0.1:$locked"), qr/wants a password/, 'redis: a password that nobody named');
write_file("$dir/redis.secret", "s3cret\n");
chmod 0644, "$dir/redis.secret";
like(told("redis://127.0.0.1:$locked", password_file => "$dir/redis.secret"), qr/others can read it/, 'redis: a password that others can read');
chmod 0600, "$dir/redis.secret";
is(told("redis://127.0.0.1:$locked", password_file => "$dir/redis.secret"), 'ok', 'redis: AUTH');
write_file("$dir/redis.secret", "other\n");
like(told("redis://127.0.0.1:$locked", password_file => "$dir/redis.secret"), qr/refuses the password: WRONGPASS/, 'redis: another password');

my $memcached = store(sub { my ($c) = @_; my $line = readline $c; print $c $line eq "version\r\n" ? "VERSION 1.6.18\r\n" : "ERROR\r\n"; close $c });
is(told("memcached://127.0.0.1:$memcached"), 'ok', 'memcached: version');
like(told("redis://127.0.0.1:$memcached"), qr/does not answer as a Redis does: ERROR/, 'redis: a Memcached stands there');

my $postgresql = store(sub { my ($c) = @_; sysread $c, my $asked, 8; print $c $asked eq pack('NN', 8, 80877103) ? 'N' : 'x'; close $c });
is(told("postgresql://127.0.0.1:$postgresql"), 'ok', 'postgresql: SSLRequest');
my $mysql = store(sub { my ($c) = @_; print $c pack('VC', 60, 10) =~ s/\A(...)./$1\0/sr, "8.0.36\0"; close $c });
is(told("mysql://127.0.0.1:$mysql"), 'ok', 'mysql: its greeting');
my $barred = store(sub { my ($c) = @_; print $c "\x40\0\0\0\xff\x6a\x04Host '10.0.0.11' is not allowed to connect"; close $c });
like(told("mysql://127.0.0.1:$barred"), qr/refuses this host: Host '10/, 'mysql: this host may not come in');
is(told("tcp://127.0.0.1:$mysql"), 'ok', 'tcp: a connection');

my $silent = store(sub { sleep 60 });
like(told("redis://127.0.0.1:$silent"), qr/\Ano answer within 3 s\z/, 'a store that says nothing');
my $gone = store(sub { });
kill 'KILL', pop @children;
wait;
like(told("redis://127.0.0.1:$gone"), qr/127\.0\.0\.1:$gone: connection refused/i, 'a store that is not there');
my $hangs_up = store(sub { close $_[0] });
like(told("redis://127.0.0.1:$hangs_up"), qr/hung up|reset/, 'a store that hangs up');
like(told('redis://no-such-name.invalid'), qr/no-such-name\.invalid:6379: /, 'a name that nobody knows');

for my $bad ('ftp://10.0.0.1:21', 'tcp://10.0.0.1', 'redis://', 'redis://10.0.0.1:6379/x', 'redis://u:p@10.0.0.1') {
    like(told($bad), qr/\Aend=usage /, "refused: $bad");
}
my $answer = ask($host, 'shared', env => 'shop', store => "sessions redis://127.0.0.1:$redis", store => "cache redis://127.0.0.1:$gone");
is(scalar @{ $answer->{all}{store} }, 2, 'each store has its own line');

done();
