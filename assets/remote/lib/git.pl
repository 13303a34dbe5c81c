# What a name means in a git repository, now. Asks the remote, without a clone.

use constant SHA => qr/\A[0-9a-f]{40}\z/;

# Every ref of the remote by its full name.
sub remote_refs {
    my ($host, $repo) = @_;
    my ($done, $text) = list_remote($host->{app_dir}, $repo);
    fail(git => "$repo: $text") if !$done;
    return map { /\A([0-9a-f]{40})\t(\S+)\z/ ? ($2 => $1) : () } split /\n/, $text;
}

# An annotated tag is an object of its own; `^{}` is the commit that it names.
sub tag_commit {
    my ($remote, $ref) = @_;
    $ref =~ s{\Arefs/tags/}{};
    return $remote->{"refs/tags/$ref^{}"} || $remote->{"refs/tags/$ref"};
}

# A short sha is known where it begins exactly one tip, or where an earlier deploy fetched it.
sub commit_like {
    my ($host, $ref, @tips) = @_;
    return if $ref !~ /\A[0-9a-f]{7,39}\z/;
    my %matching = map { $_ => 1 } grep { index($_, $ref) == 0 } @tips;
    return (keys %matching)[0] if keys %matching == 1;
    return if !-d "$host->{app_dir}/repo";
    my ($status, $sha) = run_command(GIT_S, 'git', '-C', "$host->{app_dir}/repo",
        'rev-parse', '--verify', '--quiet', "$ref^{commit}");
    chomp $sha;
    return $status == 0 && $sha =~ SHA ? $sha : undef;
}
