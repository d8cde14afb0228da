#!/usr/bin/perl
# docs.t - the papers name nothing that is not there.
#
# Every path and every `make` target in the documents for newcomers exists, and
# NOTICE lists exactly the packages the web app bundles and every instrument.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin qw($Bin);
use lib $Bin;
use Lint;

chdir dirname($0) . '/../..' or die;
my $build = $ENV{BUILD} || 'build';

# Names in capitals, NNNN and … stand for something the reader puts there; what
# is below build/ and var/ is made.
my $tops = join '|', map { quotemeta } grep { -d } glob '*';
verdict('every path exists', map {
	my $paper = $_;
	my %seen;
	map { !$seen{$_}++ && !-e $_ && !(() = glob($_)) ? "$paper: $_" : () }
		grep { !m{^(?:build|var)/} && !/NNNN|[A-Z]{4}|…|[<>]|incident/ }
		map { s/[.,:;]+$//r } text($paper) =~ m{(?<![\w/.-])((?:$tops)/[\w./*<>…-]*)}g;
} qw(README.md CONTRIBUTING.md docs/README.md));

# A link to a heading leads to one that is there, as sites make anchors of them.
sub headings {
	my ($path) = @_;
	return map { my $h = lc; $h =~ s/[^\w\x80-\xff -]//g; $h =~ s/ /-/g; $h => 1 } text($path) =~ /^#+ +(.+?) *$/mg;
}
verdict('every link leads somewhere', map {
	my $paper = $_;
	map {
		my ($to, $part) = split /#/, $_, 2;
		my $path = $to eq '' ? $paper : dirname($paper) . "/$to";
		my %there = defined $part && -f $path ? headings($path) : ();
		-e $path && (!%there || $there{$part}) ? () : "$paper: $_"
	} text($paper) =~ m{\]\((?!https?:)([^)]+)\)}g;
} qw(README.md CONTRIBUTING.md SECURITY.md), glob('docs/*.md'), glob('docs/manual/*/*.md'));

verdict('the manual has every page in both languages', map {
	my $other = m{/zh/} ? s{/zh/}{/en/}r : s{/en/}{/zh/}r;
	-e $other ? () : "$_ has no $other"
} glob('docs/manual/*/*.md'));

# The pictures are the scenes of the working days, no more and no fewer, shown by the
# page of their language; all of them together stay small.
my %scene = map { $_ => 1 } map { text($_) =~ /\bscene\('([\w-]+)'/g } glob('tests/web/day_*.mjs');
verdict('every picture is taken by a working day, is there and is shown', map {
	my $lang = $_;
	my %there = map { m{([^/]+)\.png$} ? ($1 => 1) : () } glob("docs/manual/pictures/$lang/*.png");
	my %shown = map { $_ => 1 } map { text($_) =~ m{\]\(\.\./pictures/$lang/([\w-]+)\.png\)}g } glob("docs/manual/$lang/*.md");
	((map { "$lang: $_ is taken by no day" } grep { !$scene{$_} } sort keys %shown, sort keys %there),
		(map { "$lang: $_ is not there: make pictures" } grep { !$there{$_} } sort keys %scene),
		(map { "$lang: $_ is shown by no page" } grep { !$shown{$_} } sort keys %scene));
} qw(zh en));
my $bytes = 0;
$bytes += -s for glob('docs/manual/pictures/*/*.png');
verdict('the pictures together stay below three megabytes', $bytes < 3 << 20 ? () : "$bytes bytes");

my %target = map { $_ => 1 } text('Makefile') =~ /^([a-z][a-z -]*):/mg;
%target = map { $_ => 1 } map { split ' ' } keys %target;
verdict('every make target exists', map {
	my $paper = $_;
	map { $target{$_} ? () : "$paper: make $_" }
		text($paper) =~ m{(?:^|`|&& )make(?: [A-Z_]+=(?:"[^"]*"|\S+))* ([a-z]++(?:-[a-z]++)*+)(?![\w/])}mg;
} qw(README.md CONTRIBUTING.md));

# What we wrote ourselves comes under our own licence.
my $notice = text('NOTICE') =~ s/\s+/ /gr;
verdict('NOTICE names the source of every instrument', map {
	my ($source) = text($_) =~ /^ "source":"(.*?)",$/m;
	!defined $source ? "$_: names no source"
		: $source !~ /^Casebridge, own / && index($notice, $source) < 0 ? "$_: $source" : ()
} glob 'proto/scales/*.json');

if (-e "$build/web/licences.txt") {
	my %bundled = map { $_ => 1 } text("$build/web/licences.txt") =~ /^## (\S+) - /mg;
	my ($list) = text('NOTICE') =~ /^Libraries in the web app\n=+\n.*?^  MIT\n(.*?)^\S/ms;
	my %named = map { $_ => 1 } grep { $_ ne 'Apache-2.0' } ($list // '') =~ /([\@a-z][\w\@\/.-]*)/gi;
	verdict('NOTICE names what the web app bundles',
		(map { "not in NOTICE: $_" } grep { !$named{$_} } sort keys %bundled),
		(map { "not bundled: $_" } grep { !$bundled{$_} } sort keys %named));
} else {
	verdict('NOTICE names what the web app bundles # SKIP the web app is not built');
}

done();
