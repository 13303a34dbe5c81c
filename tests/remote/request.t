#!/usr/bin/perl
# The request and the answer: bounds, encoding, what is refused and with which sentence. The same
# rooms serve all helpers; bgc-host and bgc-lb stand for them.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Remote;

my $host = install_helper('bgc-host');
my $lb   = install_helper('bgc-lb');
my $app  = "$dir/app";
mkdir $app;
write_file("$dir/etc/shop.conf", "app_dir=$app\nuser=root\n");

is(`PERL5LIB=$FindBin::Bin/lib PERL5OPT=-MOnlyPerlBase perl -e 'print eval { require Time::HiRes } ? "there" : "away"'`,
    'away', 'these tests see perl-base alone');

is(ask_raw($host, "bgc 1\nverb=version\n\n")->{end}, 'ok', 'the smallest request');

for my $case (
    ['nothing at all',         '',                                      qr/line 1: the request was cut short/],
    ['another protocol',       "bgc 2\n\n",                             qr/line 1: a request begins with "bgc 1"/],
    ['no empty line',          "bgc 1\nverb=version\n",                 qr/line 3: the request was cut short/],
    ['half a line',            "bgc 1\nverb=ver",                       qr/line 2: the request was cut short/],
    ['no verb',                "bgc 1\nenv=shop\n\n",                   qr/no verb ''; there are: cancel facts/],
    ['an unknown verb',        "bgc 1\nverb=dance\n\n",                 qr/no verb 'dance'/],
    ['no equals sign',         "bgc 1\nverb\n\n",                       qr/line 2: it should be key=value/],
    ['a bad percent',          "bgc 1\nverb=a%2\n\n",                   qr/line 2: a percent sign/],
    ['a bare control',         "bgc 1\nverb=a\x07\n\n",                 qr/line 2: a control character/],
    ['a carriage return',      "bgc 1\r\nverb=version\r\n\r\n",         qr/line 1/],
    ['an unknown key',         "bgc 1\nverb=version\ncolour=red\n\n",   qr/line 3: 'version' takes no colour/],
    ['a missing key',          "bgc 1\nverb=facts\n\n",                 qr/'facts' needs env/],
    ['a key twice',            "bgc 1\nverb=facts\nenv=a\nenv=b\n\n",   qr/line 4: env is given twice/],
    ['a path as environment',  "bgc 1\nverb=facts\nenv=../x\n\n",       qr/line 3: env is not the name/],
    ['a newline in a name',    "bgc 1\nverb=facts\nenv=shop%0A\n\n",    qr/line 3: env is not the name/],
    ['a body not asked for',   "bgc 1\nverb=version\nbody=1\n\nx",      qr/'version' takes no body/],
    ['a body that is no size', "bgc 1\nverb=version\nbody=x\n\nx",      qr/line 3: a body has at most 262144/],
    ['a body too large',       "bgc 1\nverb=version\nbody=262145\n\n",  qr/line 3: a body has at most 262144/],
    ['a body cut short',       "bgc 1\nverb=start\nbody=9\n\n#!/bin",   qr/the body was cut short/],
    ['a line too long',        "bgc 1\nverb=" . 'x' x 5000 . "\n\n",    qr/line 2: longer than 4096 bytes/],
    ['too many lines',         "bgc 1\n" . "a=b\n" x 600 . "\n",        qr/at most 512 lines/],
) {
    my ($name, $bytes, $message) = @$case;
    my $answer = ask_raw($host, $bytes);
    is("$answer->{end} $answer->{exit}", 'usage 1', "$name: usage");
    like($answer->{message}, $message, "$name: said where");
}

my $line = 'verb=' . 'x' x (4096 - 5);
like(ask_raw($host, "bgc 1\n$line\n\n")->{message}, qr/no verb 'x/, 'a line of 4096 bytes is read');
like(ask_raw($host, "bgc 1\n" . "a=b\n" x 511 . "\n")->{message}, qr/no verb/, '512 lines are read');

like(ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => 1, nonce => 'n', from => 0, to => 101)->{message},
    qr/to is not a share/, 'a share above 100: usage');
like(ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => 1, nonce => 'n', from => 0, to => 1, server => 'a/b;shutdown')->{message},
    qr/server is not BACKEND\/NAME/, 'a server that would be a command: usage');
like(ask($lb, 'switch', env => 'shop', run => 'r', epoch => 1, seq => 1, nonce => 'n', from => 0, to => 1, server => 'a/b', server => 'a/c')->{end},
    qr/env|state/, 'server may come several times');

# --- the answer

my $answer = ask($host, 'start', env => 'shop', run => 'r1', step => 's', epoch => 1, seq => 1, limit_s => 9, idle_s => 9,
    follow => 1, 'var.TEXT' => "50% caf\xc3\xa9\nnext", body => "#!/bin/sh\nprintf %s \"\$TEXT\"\n");
is($answer->{log}, "50% caf\xc3\xa9\nnext", 'percent, newline and UTF-8 arrive');
like(slurp("$app/.bgconsole/jobs/r1/s/env"), qr/^TEXT=50%25 caf\xc3\xa9%0Anext$/m, 'and are written with percent signs');
is(ask($host, 'facts', env => 'nowhere')->{end}, 'env', 'an unknown environment: env');
write_file("$dir/etc/half.conf", "user=root\n");
like(ask($host, 'facts', env => 'half')->{message}, qr/half\.conf has no app_dir/, 'a setting is missing: said which');
write_file("$dir/etc/torn.conf", "app_dir\n");
is(ask($host, 'facts', env => 'torn')->{end}, 'state', 'a damaged settings file: state');

# --- by hand

sub by_hand { my $text = `$_[0]`; return answer_of($text) }

is(by_hand("$host facts env=shop </dev/null")->{end}, 'ok', 'by hand: words');
like(by_hand("$host facts shop </dev/null")->{message}, qr/word 2: it should be key=value/, 'by hand: said which word');
is(by_hand("printf '#!/bin/sh\\necho hi\\n' | $host start env=shop run=h step=s epoch=1 seq=2 limit_s=9 idle_s=9 follow=1")->{log}, "hi\n",
    'by hand: the body is all of standard input');
like(scalar `$host help`, qr/^start env= run= step= .*\[follow=\]/m, 'by hand: help from the table');

done();
