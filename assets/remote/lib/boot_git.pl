# bootstrap: how the deploy user reads the repository. A repository by ssh gets a key that is made
# here and never leaves; one by https the credentials that the operator gave. Then it is tried.

sub prepare_git {
    my ($app_dir, $repository, $credentials) = @_;
    my $dir    = "$app_dir/.bgconsole/git";
    my $by_ssh = $repository =~ m{\Assh://} || $repository !~ m{://} && $repository =~ /\A[^\/]+:/;
    make_directory($_, 0700) for "$app_dir/.bgconsole", $dir;
    make_deploy_key($dir)                    if $by_ssh;
    keep_credentials($dir, $credentials)     if defined $credentials;
    try_git($app_dir, $dir, $repository, $by_ssh);
}

sub make_deploy_key {
    my ($dir) = @_;
    return there("the deploy key $dir/key") if -s "$dir/key" && -s "$dir/key.pub";
    my ($name) = (read_file('/proc/sys/kernel/hostname') || 'host') =~ /\A(\S+)/;
    unlink "$dir/key", "$dir/key.pub";
    my ($status, undef, $last) = run_command(30, 'ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', "bgconsole $name", '-f', "$dir/key");
    return could_not("make a deploy key: $last", 'apt-get install openssh-client, then bootstrap again') if $status != 0;
    did("made the deploy key $dir/key");
}

sub keep_credentials {
    my ($dir, $credentials) = @_;
    my $there = read_file("$dir/credentials");
    return there("the credentials in $dir/credentials") if defined $there && $there eq "$credentials\n";
    replace_file("$dir/credentials", "$credentials\n", 0600);
    did("wrote $dir/credentials, readable by this user alone");
}

sub try_git {
    my ($app_dir, $dir, $repository, $by_ssh) = @_;
    my ($done, $text) = list_remote($app_dir, $repository);
    if ($done) {
        my $tips = () = $text =~ /\n/g;
        return there("access to $repository, which has $tips branches and tags");
    }
    could_not("read $repository: $text", git_mend($dir, $text, $repository, $by_ssh));
}

# What helps against git's last words.
sub git_mend {
    my ($dir, $text, $repository, $by_ssh) = @_;
    my ($server) = $repository =~ m{\A(?:\w+://)?(?:[^/@]*@)?([^/:]+)};
    return 'apt-get install git' if $text =~ /\Agit: /;
    return "ask its owners for the host key of $server, compare it with that of `ssh-keyscan $server`, and put that line into $dir/known_hosts"
        if $text =~ /verification failed|REMOTE HOST IDENTIFICATION/i;
    (my $key = read_file("$dir/key.pub") || '') =~ s/\s+\z//;
    return "add this key to the repository, to read only (as a deploy key): $key" if $by_ssh && $key ne '';
    return "write https://USER:TOKEN\@$server into a file of yours with mode 0600, name it in [app] git_credentials, and bootstrap again"
        if $repository =~ m{\Ahttps?://};
    return 'look whether this host reaches it';
}
