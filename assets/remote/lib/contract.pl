# How far the contract migration of a release is: what takes away from the shared data what the
# release before still needs. The console runs it, on a host; here it is written down, before it
# begins and when it has ended, because every console asks here before it goes back.
#
# <state>/contract is the record: `is` begun, done or failed; `release` and `closed`, whole shas.

use constant {
    CONTRACT  => qr/\A(?:begun|done|failed)\z/,
    WHOLE_SHA => qr/\A[0-9a-f]{40}\z/,
};

# A change like any other, that moves nothing: it has its pair, its nonce and an intent, so that a
# word that was cut off still counts.
sub contract {
    my ($request) = @_;
    my ($lb, $change) = begin_change($request, 'contract') or return;
    fail(conflict => 'the switch is not confirmed: it may still be taken back', fuse_lines($lb)) if open_fuse($lb);
    @$change{qw(state release closed)} = map { asked($request, $_) } qw(state release closed);
    @$change{qw(from to)} = (defined $change->{closed} ? $change->{closed} : '-', "$change->{release}:$change->{state}");
    write_intent($lb, $change);
    write_contract($lb, $change);
    record_outcome($lb, $change);
    answer_outcome($change);
}

sub write_contract {
    my ($lb, $change) = @_;
    my %record = (is => $change->{state}, release => $change->{release}, run => $change->{run});
    $record{closed} = $change->{closed} if defined $change->{closed};
    write_pairs("$lb->{state}/contract", \%record, 0600);
}

# Cut off: what was said is said still.
sub contract_again {
    my ($lb, $change) = @_;
    return attempt(sub { write_contract($lb, $change) });
}

sub contract_lines {
    my ($lb) = @_;
    my $record = read_pairs("$lb->{state}/contract") or return (contract => 'none');
    return (contract => $record->{is}, map { ("contract_$_" => $record->{$_}) } qw(release closed run));
}
