# figures_random.pl - batches of random changes, as people make them and as they
# should not be made: late entries, edits, retractions, merges, transfers.
#
#   perl figures_random.pl SEED CHANGES YEAR <cases
#
# cases: lines of case, person, site, then what stands of the case and the person in
# the order of @case_fields and @person_fields. Prints one body for POST /v1/changes a line. It
# remembers what it made, so that later changes meet it; what the centre refuses of
# them is part of the game.
use strict;
use warnings;

my ($seed, $count, $year) = @ARGV;
srand $seed;
my @case_fields = qw(care_setting practice_model home_site opened programme);
my @person_fields = qw(sex birth merged_into);
my @cases = map { chomp; [split /\|/, $_, -1] } <STDIN>;
my (%case, %person);
for my $c (@cases) {
	@{$case{$c->[0]}}{@case_fields} = map { length $_ ? qq("$_") : 'null' } @$c[3 .. 7];
	@{$person{$c->[1]}}{@person_fields} = map { length $_ ? qq("$_") : 'null' } @$c[8 .. 10];
}
my (@made, $n);

sub pick { return $_[int rand @_] }
sub uuid {
	$n++;
	return sprintf '%08x-%04x-7%03x-8%03x-%012x', 0x0192f5a0 + $seed, $n >> 12 & 0xffff, $n & 0xfff, int rand 4096, int rand 2**40;
}
sub day { return sprintf '%04d-%02d-%02d', $year - int rand 2, 1 + int rand 12, 1 + int rand 28 }
sub text { my ($s) = @_; return qq("$s") }
sub object { my (%o) = @_; return '{' . join(',', map { qq("$_":$o{$_}) } sort keys %o) . '}' }

my %kinds = (
	service => sub { (
		kind => text(pick(qw(home_visit phone_contact interview coordination crisis_intervention))),
		status => text(pick(qw(completed completed completed no_show not_reached cancelled planned))),
		started_at => text(day() . sprintf('T%02d:%02d:00+08:00', int rand 24, int rand 60)),
		minutes => int rand 180, setting => text(pick(qw(home station ward outpatient remote)))) },
	need => sub { (
		domain => text(pick(qw(medical economic social_support psychological_behavioural))),
		severity => int rand 5, identified => text(day())) },
	flag => sub { (kind => text(pick(qw(danger self_harm missing))), level => int rand 6, from => text(day())) },
	review => sub { (held => text(day()), findings => text('f')) },
	screening => sub { (
		programme => text('smd_kinship_care'), screened => text(day()),
		result => text(pick(qw(eligible ineligible declined unreachable)))) },
);
my %later = (
	service => [qw(status minutes started_at setting kind)], need => [qw(severity identified domain)],
	flag => [qw(level from)], review => [qw(held)], screening => [qw(result screened)]);

sub change {
	my (%c) = @_;
	return object(id => text(uuid()), entered_at => text("$year-11-20T09:00:00+08:00"), map { $_ => $c{$_} } keys %c);
}
sub create {
	my $case = pick(@cases);
	my $type = pick('service', 'service', 'service', sort keys %kinds);
	my %set = $kinds{$type}->();
	my $r = {rec => uuid(), type => $type, case => $case->[0], body => \%set, ver => 1};
	push @made, $r;
	return change(rec => text($r->{rec}), type => text($type), case => text($r->{case}), op => text('create'), set => object(%set));
}
sub patch {
	my $r = pick(@made);
	my %new = $kinds{$r->{type}}->();
	my $f = pick(@{$later{$r->{type}}});
	my %both = $r->{type} eq 'service' && ($f eq 'minutes' || $f eq 'started_at') ? (minutes => 1, started_at => 1) : ($f => 1);
	my %seen = map { $_ => $r->{body}{$_} // 'null' } keys %both;
	my $c = change(rec => text($r->{rec}), type => text($r->{type}), case => text($r->{case}), op => text('patch'),
		set => object($f => $new{$f}), seen => object(%seen), base_ver => $r->{ver}++);
	$r->{body}{$f} = $new{$f};
	return $c;
}
sub retract {
	my $r = splice @made, int rand @made, 1;
	return change(rec => text($r->{rec}), type => text($r->{type}), case => text($r->{case}), op => text('retract'),
		reason => text('entered twice'), base_ver => $r->{ver});
}
# One field, by somebody who knows what stands there.
sub known {
	my ($type, $id, $stands, $f, $v, @more) = @_;
	my $c = change(rec => text($id), type => text($type), op => text('patch'), set => object($f => $v),
		seen => object($f => $stands->{$f}), base_ver => 1, @more);
	$stands->{$f} = $v;
	return $c;
}
sub person {
	my $id = pick(@cases)->[1];
	return known('person', $id, $person{$id}, @{pick([sex => text(pick(qw(1 2)))], [birth => text(1950 + int rand 70)],
		[birth => text(sprintf '%04d-%02d-%02d', 1950 + int rand 70, 1 + int rand 12, 1 + int rand 28)],
		[merged_into => text(pick(@cases)->[1])])});
}
sub case_change {
	my $id = pick(@cases)->[0];
	return known('case', $id, $case{$id}, @{pick([care_setting => text(pick(qw(home outpatient inpatient community)))],
		[practice_model => text(pick(qw(case_management cbt empowerment)))], [home_site => text(pick(@cases)->[2])],
		[opened => text(day())], [programme => text(pick(qw(smd_kinship_care hospice_settings)))])}, case => text($id));
}

my @batch;
for my $i (1 .. $count) {
	my $dice = rand;
	push @batch, !@made || $dice < 0.45 ? create() : $dice < 0.75 ? patch() : $dice < 0.85 ? retract() : $dice < 0.93 ? person() : case_change();
	next if @batch < 100 && $i < $count;
	print object(changes => '[' . join(',', @batch) . ']'), "\n";
	@batch = ();
}
