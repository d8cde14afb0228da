#!/usr/bin/perl
# tap.pl - run tests that print TAP, say what failed, and keep the count.
#
#   tools/tap.pl JOBS SECONDS TOTALS TEST…
#
# prove(1) with three additions: the numbers of passed and failed tests are
# appended to the file TOTALS, and the seconds of each program to TOTALS.times, so
# that several runs can be added up; and every failed line is shown with the
# remarks under it, at the end, where it is not torn apart by tests running at the
# same time. A test program that is killed, prints no plan or ends in error counts
# as one failure.
use strict;
use warnings;
use TAP::Harness;
use File::Temp qw(tempdir);

my ($jobs, $seconds, $totals, @tests) = @ARGV;
my $spool = tempdir(CLEANUP => 1);
$ENV{PERL_TEST_HARNESS_DUMP_TAP} = $spool;

my $harness = TAP::Harness->new({
	jobs => $jobs,
	timer => 1,
	color => -t STDOUT ? 1 : 0,
	exec => [ 'timeout', '--foreground', '-k', '10', $seconds ],
});
my $all = $harness->runtests(@tests);

my $failed = $all->failed;
open(my $last, '>>', "$totals.failed") or die "$totals.failed: $!\n";
for my $test (@tests) {
	my ($parser) = $all->parsers($test);
	next unless $parser && $parser->has_problems;
	$failed++ unless $parser->failed;
	my $code = $parser->exit;
	my @shown = (failed_lines("$spool/$test"), map { "# $_\n" } $parser->parse_errors);
	push @shown, "# it ended with code $code\n" if $code && !$parser->failed;
	my $title = "--- $test" . ($code == 124 ? " (stopped after $seconds s)" : "") . "\n";
	print "\n$title", map { "    $_" } @shown;
	my $more = @shown > 20 ? @shown - 20 : 0;
	splice(@shown, 20) if $more;
	print $last $title, map { '    ' . substr($_, 0, 200) =~ s/\n?\z/\n/r } @shown;
	print $last "    # and $more lines more\n" if $more;
}

sub failed_lines { # what a program said of its failures, with the remarks below each
	my ($file) = @_;
	open(my $lines, '<', $file) or return;
	my ($showing, @shown) = 0;
	while (my $line = <$lines>) {
		$showing = $line =~ /^not ok/ || ($showing && $line =~ /^\s*#/)
			|| $line =~ /^Bail out/;
		push @shown, $line if $showing;
	}
	return @shown;
}

open(my $out, '>>', $totals) or die "$totals: $!\n";
print $out scalar($all->passed), " $failed\n";
open(my $times, '>>', "$totals.times") or die "$totals.times: $!\n";
for my $test (@tests) {
	my ($parser) = $all->parsers($test);
	printf $times "%.1f %s\n", $parser->end_time - $parser->start_time, $test
		if $parser && defined $parser->end_time;
}
exit($failed || $all->has_problems ? 1 : 0);
