package HaproxyTemplate;

# assets/haproxy.cfg.in with values, for what needs an HAProxy before there is a console: the lab and
# the tests of the helpers. The program's own renderer is src/core/template.c; what the lines mean
# is said at the template's top. Settings have the defaults of bgconsole.ini.example.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);

our @EXPORT = qw(render_haproxy_template);

my $project = abs_path(dirname(__FILE__) . '/../..');

# What HAProxy 2.6 takes, of the lines that depend on its version.
my %computed = (
    environment => 'shop', live_share => 0, blue_servers => '', green_servers => '',
    check_bind => '', close_spread_time => 'close-spread-time 2s', init_state => '',
);

# The text of the template with these values over the defaults: (name => value, ...).
sub render_haproxy_template {
    my %values = (default_settings(), %computed, @_);
    $values{check_host} = $values{'haproxy.check_host'} || $values{'haproxy.check_address'}
        if !defined $values{check_host};
    my $value = sub {
        my ($name) = @_;
        defined $values{$name} or die "haproxy.cfg.in: there is no value for \@$name\@\n";
        return $values{$name};
    };
    my ($text, @stands) = ('');
    for (lines_of("$project/assets/haproxy.cfg.in")) {
        next if /^##/;
        if (/^\s*\@when ([\w.]+)\@$/) { push @stands, $value->($1) !~ /^(?:|no|0)$/; next }
        if (/^\s*\@end\@$/)           { pop @stands; next }
        next if grep { !$_ } @stands;
        if (/^(\s*)\@([\w.]+)\@$/) {
            $text .= join '', map { "$1$_\n" } map { s/^\s+//r } split /\n/, $value->($2);
            next;
        }
        s/\@([\w.]+)\@/$value->($1)/ge;
        $text .= "$_\n";
    }
    return $text;
}

sub default_settings {
    my ($section, %settings) = ('');
    for (lines_of("$project/bgconsole.ini.example")) {
        $section = $1 if /^\[(\w+)\]$/;
        $settings{"$section.$1"} = $2 if /^;?(\w+) = ?(.*)$/;
        $settings{"$section.$1"} = '' if /^;(\w+) =$/;
    }
    return %settings;
}

sub lines_of {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    chomp(my @lines = <$file>);
    return @lines;
}

1;
