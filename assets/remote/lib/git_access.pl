# How this host may read the repository of one environment: with a key or a token of its own, in
# <app_dir>/.bgconsole/git/, never with anybody's agent.

use constant {
    GIT_S         => 30,
    GIT_PROTOCOLS => 'file:git:http:https:ssh',
};

# For each git that is run, by us or by a step. What is not there is left to the user's own settings.
sub git_environment {
    my ($app_dir) = @_;
    my $dir = "$app_dir/.bgconsole/git";
    my $ssh = 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes';
    $ssh .= " -o IdentitiesOnly=yes -i $dir/key"                                    if -e "$dir/key";
    $ssh .= " -o 'UserKnownHostsFile=$dir/known_hosts ~/.ssh/known_hosts'"          if -e "$dir/known_hosts";
    my %git = (GIT_TERMINAL_PROMPT => 0, GIT_ALLOW_PROTOCOL => GIT_PROTOCOLS, GIT_SSH_COMMAND => $ssh);
    @git{qw(GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0)} = (1, 'credential.helper', "store --file=$dir/credentials")
        if -e "$dir/credentials";
    return %git;
}

# What of the repository can be read: (true, its lines) or (false, why not).
sub list_remote {
    my ($app_dir, @words) = @_;
    local %ENV = (%ENV, git_environment($app_dir));
    delete $ENV{SSH_AUTH_SOCK};
    my ($status, $text, $last, @lines) = run_command(GIT_S, 'git', 'ls-remote', '--heads', '--tags', '--', @words);
    return (1, $text) if $status == 0;
    return (0, 'no answer within ' . GIT_S . ' s') if ($status & 127) == 9;
    my ($reason) = grep { /verification failed|denied|refused|timed out|resolve/i } @lines;
    ($reason) = grep { /^fatal:/ } @lines if !defined $reason;
    return (0, defined $reason ? $reason : $last || 'git ls-remote failed');
}
