# Lint.pm - what lints in Perl share: a line of TAP for a list of complaints, and
# the text of a file.
#
#   use lib 'tests/lint';   # from the top of the tree
#   verdict('sentence', @complaints);   good when there are none
#   text('path');                       dies when it cannot be read
#   done();                             plan and exit
package Lint;
use strict;
use warnings;
use Exporter qw(import);
our @EXPORT = qw(verdict text done);

my ($n, $failed, %texts) = (0, 0);

sub verdict {
	my ($sentence, @complaints) = @_;
	$n++;
	print @complaints ? 'not ' : '', "ok $n - $sentence\n";
	print "# $_\n" for @complaints;
	$failed = 1 if @complaints;
}

sub text {
	my ($path) = @_;
	return $texts{$path} //= do {
		open(my $in, '<', $path) or die "$path: $!";
		local $/;
		<$in>;
	};
}

sub done {
	print "1..$n\n";
	exit $failed;
}

1;
