package Lab::Metrics;

# What the monitoring agent of a Droplet would report, as a matrix of samples: [ seconds, "value" ]. The values are
# made up but steady: each follows from the Droplet's id and the time alone.

use strict;
use warnings;
use Lab::Answer ();

use constant { STEP_S => 120, SAMPLES_MAX => 720, GIB => 2**30 };

my %cpu_share = (idle => 0.9, user => 0.06, system => 0.03, iowait => 0.01);    # of a processor's seconds

# metric of the path => the series that it has for a Droplet: labels, and what a sample is.
my %series = (
    cpu => sub {
        my ($droplet) = @_;
        return map { my $share = $cpu_share{$_}; [ { mode => $_ }, sub { $share * $_[0] } ] } sort keys %cpu_share;
    },
    memory_total     => sub { one(sub { GIB }) },
    memory_free      => sub { one(sub { GIB * (0.3 + 0.05 * wave(@_)) }) },
    memory_available => sub { one(sub { GIB * (0.5 + 0.05 * wave(@_)) }) },
    memory_cached    => sub { one(sub { GIB * 0.2 }) },
    load_1           => sub { one(sub { 0.4 + 0.2 * wave(@_) }) },
    load_5           => sub { one(sub { 0.4 + 0.1 * wave(@_) }) },
    load_15          => sub { one(sub { 0.4 }) },
    filesystem_size  => sub { disk(sub { 25 * GIB }) },
    filesystem_free  => sub { disk(sub { 15 * GIB }) },
    bandwidth        => sub {
        my (undef, $query) = @_;
        my ($interface, $direction) = @$query{qw(interface direction)};
        Lab::Answer::error(400, 'interface must be public or private.') if ($interface // '') !~ /^(?:public|private)$/;
        Lab::Answer::error(400, 'direction must be inbound or outbound.') if ($direction // '') !~ /^(?:in|out)bound$/;
        return [ { interface => $interface, direction => $direction }, sub { 0.02 + 0.01 * wave(@_) } ];
    },
);

sub get {
    my ($context, $request, $name) = @_;
    my $query = $request->{query};
    my $what  = $series{$name} // Lab::Answer::missing();
    for my $key (qw(host_id start end)) {
        Lab::Answer::error(400, "$key is required.") if ($query->{$key} // '') !~ /^\d{1,12}$/;
    }
    my ($start, $end) = @$query{qw(start end)};
    Lab::Answer::error(400, 'start must be before end.') if $start > $end;
    $end = $start + STEP_S * SAMPLES_MAX if $end - $start > STEP_S * SAMPLES_MAX;
    my $droplet = $context->store->droplet($query->{host_id});    # none: no series, and no error
    my @result;
    for my $one ($droplet ? $what->($droplet, $query) : ()) {
        my ($labels, $value) = @$one;
        my @times = map { $_ * STEP_S } int(($start + STEP_S - 1) / STEP_S) .. int($end / STEP_S);
        push @result,
          {
            metric => { host_id => "$droplet->{id}", %$labels },
            values => [ map { [ $_, sprintf '%.10g', $value->($_, $droplet->{id}) ] } @times ],
          };
    }
    return 200, { status => 'success', data => { resultType => 'matrix', result => \@result } };
}

sub one {
    my ($value) = @_;
    return [ {}, $value ];
}

sub disk {
    my ($value) = @_;
    return [ { device => '/dev/vda1', fstype => 'ext4', mountpoint => '/' }, $value ];
}

# wave: between -1 and 1, a turn in an hour.
sub wave {
    my ($time, $id) = @_;
    return sin 2 * 3.14159265 * ($time / 3600 + $id / 7);
}

1;
