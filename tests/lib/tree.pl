#!/usr/bin/perl
# tree.pl - the hash tree of RFC 6962 said a second time, for test_tree.c.
#
# Written from the definitions of section 2.1 as they stand there, recursion and
# all: MTH(), PATH() and SUBPROOF() over lists of leaves. It shares nothing with
# proto/tree.c and is far too slow for anything but a test.
#
#   tree.pl N     the digest of every root, every inclusion proof and every
#                 consistency proof of the trees of 1 … N leaves; leaf i is the
#                 decimal text of i
use strict;
use warnings;
use Digest::SHA qw(sha256 sha256_hex);

my ($most) = @ARGV;
my @leaf = map { sha256("\0$_") } 0 .. $most - 1;
my %known;

sub half { my $n = shift; my $k = 1; $k *= 2 while $k * 2 < $n; $k }

sub mth {    # of the leaves from … to - 1
	my ($from, $to) = @_;
	return sha256('') if $from == $to;
	return $leaf[$from] if $to - $from == 1;
	return $known{"$from $to"} //= do {
		my $k = half($to - $from);
		sha256("\1" . mth($from, $from + $k) . mth($from + $k, $to));
	};
}

sub path {
	my ($m, $from, $to) = @_;
	return () if $to - $from == 1;
	my $k = half($to - $from);
	return $m < $k
		? (path($m, $from, $from + $k), mth($from + $k, $to))
		: (path($m - $k, $from + $k, $to), mth($from, $from + $k));
}

sub subproof {
	my ($m, $from, $to, $whole) = @_;
	return $whole ? () : (mth($from, $to)) if $m == $to - $from;
	my $k = half($to - $from);
	return $m <= $k
		? (subproof($m, $from, $from + $k, $whole), mth($from + $k, $to))
		: (subproof($m - $k, $from + $k, $to, 0), mth($from, $from + $k));
}

my $all = Digest::SHA->new(256);
for my $n (1 .. $most) {
	$all->add(mth(0, $n));
	$all->add(path($_, 0, $n)) for 0 .. $n - 1;
	$all->add(subproof($_, 0, $n, 1)) for 1 .. $n;
}
print $all->hexdigest, "\n";
