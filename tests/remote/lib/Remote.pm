package Remote;

# What the tests of the helpers share: TAP lines, a directory that goes away, helpers as they are
# installed but for their directories, a client of the protocol, and a real HAProxy.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use IO::Socket::UNIX;
use IPC::Open3 qw(open3);
use POSIX ();
use Time::HiRes qw(sleep time);

use lib abs_path(dirname(__FILE__) . '/../../lib');
use HaproxyTemplate;

our @EXPORT = qw(
    ok is like done eventually
    $dir $assets install_helper request ask ask_raw answer_of start_command
    write_file slurp free_port talk_to
    start_haproxy balancer_conf start_app end_process
);

our $assets = abs_path(dirname(__FILE__) . '/../../../assets');
our $dir    = tempdir('bgc-remote-XXXXXX', TMPDIR => 1, CLEANUP => 1);

my ($passed, $failed) = (0, 0);
my $owner = $$;
my %children;
$SIG{$_} = sub { exit 1 } for qw(INT TERM);    # so that END ends what was started

# ---------------------------------------------------------------------------------------------
# TAP

# An argument that was an empty list would make the name the truth: so they are counted.
sub ok {
    my ($true, $name) = @_;
    @_ == 2 or die "ok(true, name) with ARRAY(0x561e1d426608) arguments\n";
    $true ? $passed++ : $failed++;
    my $number = $passed + $failed;
    print $true ? "ok $number - $name\n" : "not ok $number - $name\n";
    return $true;
}

sub is {
    my ($got, $wanted, $name) = @_;
    @_ == 3 or die "got, wanted, name: ARRAY(0x561e1d426608) arguments\n";
    $got = '(nothing)' if !defined $got;
    ok($got eq $wanted, $name) or print "#      got: $got\n#   wanted: $wanted\n";
}

sub like {
    my ($got, $wanted, $name) = @_;
    @_ == 3 or die "got, wanted, name: ARRAY(0x561e1d426608) arguments\n";
    $got = '(nothing)' if !defined $got;
    ok(scalar($got =~ $wanted), $name) or print "#      got: $got\n#   wanted: $wanted\n";
}

sub done {
    print "1..@{[$passed + $failed]}\n$passed passed, $failed failed\n";
    exit($failed ? 1 : 0);
}

# Waits for a state, never for a time. True as soon as the code says so.
sub eventually {
    my ($code) = @_;
    my $until = time + 60;
    while (time < $until) {
        my $value = $code->();
        return $value if $value;
        sleep 0.02;
    }
    return 0;
}

# ---------------------------------------------------------------------------------------------
# Helpers and the protocol

# As `assemble` prints it, with the directories of the host moved under $dir, and some of its
# constants, such as what it waits for, as the test wants them.
sub install_helper {
    my ($name, %constants) = @_;
    my $text = `$assets/remote/assemble $name`;
    $? == 0 or die "assemble $name failed";
    $text =~ s{'/etc/bgconsole}{'$dir/etc}g;
    $text =~ s{'/var/lib/bgconsole}{'$dir/lib}g;
    for my $constant (sort keys %constants) {
        $text =~ s{\b$constant(\s*)=> [\d_]+}{$constant$1=> $constants{$constant}} or die "no constant $constant";
    }
    make_path("$dir/etc", "$dir/lib", "$dir/bin");
    write_file("$dir/bin/$name", $text, 0755);
    return "$dir/bin/$name";
}

# The bytes of a request. A pair ['body', $bytes] comes last.
sub request {
    my ($verb, @pairs) = @_;
    my $text = "bgc 1\nverb=$verb\n";
    my $body = '';
    while (my ($key, $value) = splice @pairs, 0, 2) {
        if ($key eq 'body') {
            $body = $value;
            $value = length $body;
        }
        $value =~ s/([%\x00-\x1f\x7f])/sprintf '%%%02X', ord $1/ge;
        $text .= "$key=$value\n";
    }
    return "$text\n$body";
}

# Asks a helper and returns its parsed answer.
sub ask {
    my ($helper, @request) = @_;
    return ask_raw($helper, request(@request));
}

sub ask_raw {
    my ($helper, $bytes) = @_;
    my ($pid, $in, $out) = start_command($helper);
    {
        local $SIG{PIPE} = 'IGNORE';
        print {$in} $bytes;
        close $in;
    }
    local $/;
    my $text = <$out>;
    waitpid $pid, 0;
    delete $children{$pid};
    my $answer = answer_of($text);
    $answer->{exit} = $? >> 8;
    return $answer;
}

# { key => last value, all => { key => [values] }, log => bytes of the log blocks, file => those of its block, text => all }
sub answer_of {
    my ($text) = @_;
    my %answer = (text => $text, log => '', samples => []);
    while ($text =~ /\G([^\n]*)\n/gc) {
        my ($key, $value) = split /=/, $1, 2;
        if ($key =~ /\A(?:log|sample|file|receipt)\z/) {
            my ($length) = $value =~ /(\d+)\z/;
            my $bytes = substr $text, pos $text, $length;
            pos($text) += $length + 1;
            $answer{log} .= $bytes if $key eq 'log';
            push @{ $answer{samples} }, $bytes if $key eq 'sample';
            $answer{$key} = $bytes if $key =~ /\A(?:file|receipt)\z/;
            next;
        }
        $value = '' if !defined $value;
        $value =~ s/%([0-9A-F]{2})/chr hex $1/ge;
        $answer{$key} = $value;
        push @{ $answer{all}{$key} }, $value;
    }
    return \%answer;
}

# A command with pipes, seen by perl-base alone. Returns (pid, its input, its output).
sub start_command {
    my (@command) = @_;
    local $ENV{PERL5LIB} = dirname(__FILE__);
    local $ENV{PERL5OPT} = '-MOnlyPerlBase';
    my $pid = open3(my $in, my $out, '>&STDERR', @command);
    $children{$pid} = 1;
    return ($pid, $in, $out);
}

# ---------------------------------------------------------------------------------------------
# Files and sockets

sub write_file {
    my ($path, $bytes, $mode) = @_;
    open my $file, '>', $path or die "$path: $!";
    print {$file} $bytes;
    close $file or die "$path: $!";
    chmod $mode, $path if defined $mode;
}

sub slurp {
    my ($path) = @_;
    open my $file, "<", $path or return undef;
    local $/;
    return <$file>;
}

sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1, ReuseAddr => 1) or die $!;
    return $socket->sockport;
}

sub talk_to {
    my ($path, $line) = @_;
    my $socket = IO::Socket::UNIX->new(Peer => $path) or return '';
    print {$socket} "$line\n";
    $socket->flush;
    shutdown $socket, 1;
    local $/;
    return scalar <$socket>;
}

# ---------------------------------------------------------------------------------------------
# HAProxy and an app behind it

# Starts a master with one worker; the values are those of the template, with usable defaults.
sub start_haproxy {
    my (%values) = @_;
    my $port = free_port();
    my $text = render_haproxy_template(
        'config.drop_privileges' => 'no', 'config.log_target' => "$dir/log.sock", 'config.error_files' => '',
        'config.maxconn' => 200, 'config.bind' => "127.0.0.1:$port", 'config.stats_bind' => '127.0.0.1:' . free_port(),
        'config.server_state_file' => "$dir/servers.state", 'config.preview_host' => 'preview.example.com',
        'config.maintenance_map' => "$dir/maintenance.map", 'config.maintenance_page' => "$dir/maintenance.html",
        'haproxy.stats_socket' => "$dir/stats.sock", 'haproxy.map_file' => "$dir/traffic.map",
        'haproxy.check_host' => 'shop.example', 'health.method' => 'GET', %values,
    );
    $text =~ s/inter 2s/inter 100ms/g;
    $text =~ s/^( *)timeout connect .*\n/$&$1timeout check 2s\n/m;
    write_file("$dir/haproxy.cfg", $text);
    write_file("$dir/traffic.map", "green_share 0\n") if !-e "$dir/traffic.map";
    write_file("$dir/maintenance.map", "maintenance 0\n") if !-e "$dir/maintenance.map";
    write_file("$dir/maintenance.html", "<h1>Back soon</h1>\n");
    write_file("$dir/servers.state", "1\n");
    my $pid = fork;
    if (!$pid) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM);
        open STDOUT, '>', "$dir/haproxy.log";
        open STDERR, '>&', \*STDOUT;
        { exec "haproxy", '-W', '-S', "$dir/master.sock", '-f', "$dir/haproxy.cfg" }
        POSIX::_exit(127);
    }
    $children{$pid} = 1;
    my $answers = sub { talk_to("$dir/stats.sock", 'show info') =~ /^Pid:/m && talk_to("$dir/master.sock", 'show proc') =~ / worker / };
    eventually($answers) or die slurp("$dir/haproxy.log");
    return { pid => $pid, port => $port };
}

sub balancer_conf {
    my ($haproxy, %more) = @_;
    my %conf = (
        map => "$dir/traffic.map", key => 'green_share', frontend => 'www', blue_backend => 'blue_backend',
        green_backend => 'green_backend', stats_socket => "$dir/stats.sock", master_socket => "$dir/master.sock",
        check_address => "127.0.0.1:$haproxy->{port}", check_host => 'shop.example', check_path => '/', %more,
    );
    return join '', map { "$_=$conf{$_}\n" } sort keys %conf;
}

# A small HTTP server; answers with the status in the file "$dir/app-$port" (200 without one), after
# the seconds that may stand behind it, or as soon as the file is gone.
sub start_app {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die $!;
    my $port = $socket->sockport;
    my $pid = fork;
    if (!$pid) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM);
        serve_app($socket, "$dir/app-$port");
        POSIX::_exit(0);
    }
    $children{$pid} = 1;
    return { pid => $pid, port => $port };
}

sub serve_app {
    my ($socket, $status_file) = @_;
    $SIG{PIPE} = 'IGNORE';
    while (my $client = $socket->accept) {
        while (my $line = <$client>) { last if $line =~ /\A\r?\n/ }
        my ($status, $delay_s) = split ' ', slurp($status_file) || 200;
        my $until = time + ($delay_s || 0);
        sleep 0.02 while time < $until && -e $status_file;
        print {$client} "HTTP/1.1 $status Said\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhi\n";
        close $client;
    }
}

sub end_process {
    my ($pid, $signal) = @_;
    kill $signal || 'TERM', $pid;
    waitpid $pid, 0;
    delete $children{$pid};
}

# A guard outlives its helper, but not the test.
sub end_guards {
    for my $file (glob "$dir/lib/*/guard") {
        my ($pid) = (slurp($file) || '') =~ /\A(\d+)/ or next;
        kill KILL => $pid if (slurp("/proc/$pid/cmdline") || '') =~ /\Abgc-lb: the fuse/;
    }
}

END {
    if ($$ == $owner) {
        my $status = $?;
        end_guards();
        end_process($_) for keys %children;
        $? = $status;
    }
}

1;
