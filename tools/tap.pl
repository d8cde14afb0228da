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
for my $test (@tests) {
	my ($parser) = $all->parsers($test);
	next unless $parser && $parser->has_problems;
	$failed++ unless $parser->failed;
	my $code = $parser->exit;
	print "\n--- $test", $code == 124 ? " (stopped after $seconds s)" : "", "\n";
	open(my $lines, '<', "$spool/$test") or next;
	my $showing = 0;
	while (my $line = <$lines>) {
		$showing = $line =~ /^not ok/ || ($showing && $line =~ /^\s*#/)
			|| $line =~ /^Bail out/;
		print "    $line" if $showing;
	}
	print "    # $_\n" for $parser->parse_errors;
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
