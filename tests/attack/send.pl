#!/usr/bin/perl
# send.pl - sends what smuggle.pl made, a connection each, eight at a time.
#
#   send.pl PORT < corpus     "name: status status …" lines, of what was answered
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

my ($port, $side) = (shift, 8);
my @corpus = map { chomp; [ split /\t/ ] } <STDIN>;

# All there is until the other side ends or has been quiet for a while.
sub ask {
	my ($bytes) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Proto => 'tcp') or return 'no connection';
	local $SIG{PIPE} = 'IGNORE';
	syswrite $socket, $bytes;
	my ($select, $answer) = (IO::Select->new($socket), '');
	while ($select->can_read($answer eq '' ? 3 : 0.25)) { sysread($socket, $answer, 65536, length $answer) or last }
	return join ' ', $answer =~ m{^HTTP/1\.\d (\d+)}mg;
}

$| = 1;
for my $worker (0 .. $side - 1) {
	next if fork;
	for (my $i = $worker; $i < @corpus; $i += $side) {
		my ($name, $hex) = @{ $corpus[$i] };
		syswrite STDOUT, "$name: " . ask(pack 'H*', $hex) . "\n";
	}
	exit;
}
1 while wait > 0;
