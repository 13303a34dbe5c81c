# The processes of a job, however far they have gone. The supervisor is their subreaper: what they
# leave behind becomes its child and not that of process 1 (prctl(2)), so no fork hides any.

use constant PR_SET_CHILD_SUBREAPER => 36;

# By its number, because perl-base has no call for it. Elsewhere the process group is all we know.
sub adopt_orphans {
    my ($machine) = $Config::Config{archname} =~ /\A(x86_64|aarch64)-linux/ or return;
    syscall($machine eq 'x86_64' ? 157 : 167, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

# All below this process that still run.
sub descendants {
    my %children;
    for my $pid (grep { /\A\d+\z/ } names_in('/proc')) {
        my ($state, $parent) = (read_file("/proc/$pid/stat") || '') =~ /.*\) (\S) (\d+) /s or next;
        push @{ $children{$parent} }, $pid if $state ne 'Z';
    }
    my @found = @{ $children{$$} || [] };
    for (my $at = 0 ; $at < @found ; $at++) {
        push @found, @{ $children{ $found[$at] } || [] };
    }
    return @found;
}

sub signal_all {
    my ($signal, $group) = @_;
    kill $signal => -$group;
    kill $signal => descendants();
}
