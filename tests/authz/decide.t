#!/usr/bin/perl
# decide.t - the decision function against the oracle: every role, verb, type, class,
# author, readers, emergency and every set of classes a unit may be open in.
use strict;
use warnings;
use File::Basename qw(dirname);
use lib dirname(__FILE__);
use Oracle;

my $program = ($ENV{BUILD} || 'build') . '/tests/authz/cells';
my @classes = qw(core identity assessment plan note restricted);
# Per class the sets it is in, as a line of 0 and 1.
my %in;
for my $bit (0 .. $#classes) {
	$in{ $classes[$bit] } = join '', map { $_ >> $bit & 1 } 0 .. 63;
}
my ($cells, $bad, %seen, %answers, @complaints) = (0, 0);

# Of the set of classes the page asks only whether the record's own is in it.
sub expected {
	my ($role, $verb, $type, $class, $author, $readers, $glass) = @_;
	my ($shut, $open) = map {
		Oracle::decide({
			role => $role, verb => $verb, type => $type, class => $class, open => $_, glass => $glass eq 'glass',
			own => $author eq 'me', mine => $author ne 'other', named => $readers eq 'named' })
	} {}, { $class => 1 };
	return join '', map { $_ ? $open : $shut } split //, $in{$class};
}

open(my $in, '-|', $program) or die "$program: $!";
while (<$in>) {
	chomp;
	my ($question, $got) = /^(.*) (\S{64})$/ or die "a line that is none: $_\n";
	my @q = split ' ', $question;
	my $want = expected(@q);
	$seen{role}{ $q[0] } = $seen{verb}{ $q[1] } = $seen{type}{ $q[2] } = 1;
	$cells += 64;
	$answers{$_}++ for split //, $got;
	next if $got eq $want;
	$bad += grep { substr($got, $_, 1) ne substr($want, $_, 1) } 0 .. 63;
	push @complaints, "$question: it says $got, the page $want" if @complaints < 10;
}
close($in) or push @complaints, "$program ended with $?";

my $n = 0;
sub verdict {
	my ($sentence, $good, @why) = @_;
	print $good ? 'ok ' : 'not ok ', ++$n, " - $sentence\n";
	print "# $_\n" for $good ? () : @why;
	return $good;
}
my $all = 1;
my $types = () = "$Oracle::directory $Oracle::cases" =~ /\w+/g;
$all &= verdict("$cells cells, a million or more", $cells >= 1_000_000);
$all &= verdict('every role of the page was asked for, and nobody',
	join(' ', sort keys %{ $seen{role} }) eq join(' ', sort keys %Oracle::reach, 'none'), sort keys %{ $seen{role} });
$all &= verdict("every type of the page, $types of them",
	join(' ', sort keys %{ $seen{type} }) eq join(' ', sort "$Oracle::directory $Oracle::cases" =~ /\w+/g), sort keys %{ $seen{type} });
$all &= verdict('some are granted, some forbidden, some not found', join('', sort keys %answers) eq '+34');
$all &= verdict("the function and the page agree about all of them ($bad do not)", !$bad && !@complaints, @complaints);
print "1..$n\n";
exit !$all;
