# Maintenance: whether the frontend answers everybody with the page for when both colours are bad.
# A change like a switch, of an entry of its own.

use constant ON_OR_OFF => qw(off on);

sub maintain {
    my ($request) = @_;
    maintenance_entry(open_balancer($request->{env}));    # refused before anything is settled
    my ($lb, $change) = begin_change($request, 'maintenance') or return;
    my $entry = maintenance_entry($lb);
    $change->{from} = read_runtime_entry($lb, $entry)->{value};
    $change->{to}   = asked($request, 'on');
    carry_out($lb, $change, sub { take_back($lb, $entry, $change, @_) },
        sub { write_disk_entry($entry, $change->{to}) },
        sub { set_runtime_entry($lb, $entry, $change) },
    );
    answer_outcome($change);
}

sub settle_maintenance {
    my ($lb, $change) = @_;
    return settle_entry($lb, maintenance_entry($lb), $change);
}

sub take_back_maintenance_on_disk {
    my ($lb, $change) = @_;
    return take_back_entry_on_disk(maintenance_entry($lb), $change);
}

# Where it cannot be told, it is off: this only finds the words for an answer.
sub maintenance_is_on {
    my ($lb) = @_;
    return eval { read_runtime_entry($lb, maintenance_entry($lb))->{value} };
}

# For status. The disk matters too: HAProxy starts from it.
sub maintenance_lines {
    my ($lb) = @_;
    return (maintenance => 'unknown') if !defined $lb->{maintenance_map};
    my $entry   = maintenance_entry($lb);
    my $running = eval { read_runtime_entry($lb, $entry)->{value} };
    return (maintenance => 'unknown', trouble => 'maintenance: ' . reason_of($@)) if !defined $running;
    my $disk    = eval { read_disk_entry($entry) };
    my $is      = (ON_OR_OFF)[$running];
    return (maintenance => $is, trouble => 'maintenance: ' . reason_of($@)) if !defined $disk;
    return (maintenance => $is, $disk == $running ? () :
        (trouble => "maintenance is $is in HAProxy and " . (ON_OR_OFF)[$disk] . " in $entry->{map}"));
}
