#!/usr/bin/perl
# ink.pl - does every character of a PDF that stands alone leave ink?
#
#   perl -CSDA -Mutf8 tests/flow/ink.pl BOXES PAGE.pgm...
#
# BOXES is what `pdftotext -bbox` says, the pages are in 100 dots an inch. Han
# characters that are a word of their own are looked at; those whose place is
# white are listed, and the exit code is 1.
use strict;
use warnings;

my ($boxes, @pages) = @ARGV;
my ($checked, @blank) = (0);
my ($page, $width, $height, $pixels) = (0);

sub next_page {
	open(my $in, '<:raw', $pages[$page++]) or die "page $page: $!\n";
	local $/;
	my $all = <$in>;
	$all =~ s/^P5\s+(\d+)\s+(\d+)\s+255\s// or die "page $page is no PGM\n";
	($width, $height, $pixels) = ($1, $2, $all);
}

sub has_ink {
	my ($left, $top, $right, $bottom) = map { int($_ * 100 / 72) } @_;
	for my $y ($top .. $bottom) {
		next if $y < 0 || $y >= $height;
		my $row = substr($pixels, $y * $width + $left, $right - $left + 1);
		return 1 if $row =~ /[\x00-\xa0]/;
	}
	return 0;
}

open(my $in, '<', $boxes) or die "$boxes: $!\n";
while (<$in>) {
	next_page() if /<page /;
	next unless m{<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(\p{Han})</word>};
	$checked++;
	push @blank, $5 unless has_ink($1, $2, $3, $4);
}
print "checked $checked\n";
print "blank: @blank\n" if @blank;
exit(@blank > 0);
