#!/usr/bin/perl
# marked.pl - events as the daemon would write them, for tests of the sealer.
#
# Written from docs/trail.md: the leaf of an event without id, time, transaction and
# mark, and HMAC-SHA-256 over it. Shares nothing with server/audit.
#
#   marked.pl KEYFILE <LINES    a line: WORD FROM TO, the events FROM … TO of a
#                               connection that is called after the word; rows for
#                               COPY audit.event (role, action, outcome, records, worker, seq, mac)
use strict;
use warnings;
use Digest::SHA qw(sha256 hmac_sha256);

open my $in, '<:raw', $ARGV[0] or die "$ARGV[0]: $!";
my $key = do { local $/; <$in> };

sub field { defined $_[0] ? pack('N', length $_[0]) . $_[0] : "\xff\xff\xff\xff" }

while (<STDIN>) {
	my ($word, $from, $to) = split;
	my $worker = substr sha256($word), 0, 16;
	vec($worker, 6, 8) = (vec($worker, 6, 8) & 0x0f) | 0x40;
	vec($worker, 8, 8) = (vec($worker, 8, 8) & 0x3f) | 0x80;
	my $id = unpack('H*', $worker) =~ s/^(.{8})(.{4})(.{4})(.{4})/$1-$2-$3-$4-/r;
	my $before = "\1\1\x0e" . field() x 4 . field('none') . field() x 3 . field('read') . field('ok') . field('') . field($worker);
	for my $seq ($from .. $to) {
		my $mac = unpack 'H*', hmac_sha256($before . field(pack 'q>', $seq) . field(), $key);
		print "none\tread\tok\t{}\t$id\t$seq\t\\\\x$mac\n";
	}
}
