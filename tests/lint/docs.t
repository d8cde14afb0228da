#!/usr/bin/perl
# docs.t - the papers name nothing that is not there.
#
# Every path and every `make` target in the documents for newcomers exists, and
# NOTICE lists exactly the packages the web app bundles and every instrument.
use strict;
use warnings;
use File::Basename qw(dirname);

chdir dirname($0) . '/../..' or die;
my $build = $ENV{BUILD} || 'build';
my ($n, $failed) = (0, 0);

sub verdict {
	my ($sentence, @complaints) = @_;
	$n++;
	print @complaints ? 'not ' : '', "ok $n - $sentence\n";
	print "# $_\n" for @complaints;
	$failed = 1 if @complaints;
}
sub text {
	my ($path) = @_;
	open(my $in, '<', $path) or die "$path: $!";
	local $/;
	return <$in>;
}

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
} qw(README.md CONTRIBUTING.md docs/README.md), glob('docs/manual/*/*.md'));

verdict('the manual has every page in both languages', map {
	my $other = m{/zh/} ? s{/zh/}{/en/}r : s{/en/}{/zh/}r;
	-e $other ? () : "$_ has no $other"
} glob('docs/manual/*/*.md'));

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
	$n++;
	print "ok $n - NOTICE names what the web app bundles # SKIP the web app is not built\n";
}

print "1..$n\n";
exit $failed;
