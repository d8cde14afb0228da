#!/usr/bin/perl
# papers.t - what the papers about security claim is tested where they say.
#
# A claim names a file of tests, and where it can the sentence of the test:
# `tests/flow/auth.t: the right password signs in`. Each file is there, each
# sentence stands in it, and no line says "yes" without naming one.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin qw($Bin);
use lib $Bin;
use Lint;

chdir dirname($0) . '/../..' or die;

my @papers = grep { -e } qw(SECURITY.md docs/asvs.md docs/lessons.md docs/duties.md);
my $claims = 0;
verdict('every test that is named is there, with its sentence', map {
	my $paper = $_;
	map {
		my ($file, $sentence) = @$_;
		$claims++;
		!-e $file ? "$paper: no $file"
			: defined $sentence && index(text($file), $sentence) < 0 ? "$paper: $file does not say \"$sentence\"" : ()
	} map { [m{^(tests/\S+?)(?:: (.+))?$}] } text($paper) =~ m{`(tests/[^`]+)`}g;
} @papers);
verdict('they are not few', $claims > 150 ? () : "$claims");
verdict('nothing is said to be done without a test or a document', map {
	my @cells = split /\s*\|\s*/;
	@cells > 4 && $cells[3] eq 'yes' && $cells[4] !~ /`(?:tests|tools)\/|\]\(|`-W/ ? "docs/asvs.md: $cells[1]" : ()
} split /\n/, text('docs/asvs.md'));
verdict('each line of the list has a word that says how far it is', map {
	my @cells = split /\s*\|\s*/;
	@cells > 4 && $cells[1] =~ /^\d/ && $cells[3] !~ /^(?:yes|part|no|n\/a)$/ ? "docs/asvs.md: $cells[1]" : ()
} split /\n/, text('docs/asvs.md'));
done();
