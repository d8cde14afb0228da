#!/usr/bin/perl
# judge.pl - compares what walk.t brought home with the oracle.
#
#   judge.pl sample DIR [all]  who asks for what by address: ask.WAY becomes ask.WAY.LOGIN
#   judge.pl draw DIR [N]   changes that must be refused, a file a reader: "login file" lines
#   judge.pl judge DIR      "ok|sentence|" or "no|sentence|why" lines
use strict;
use warnings;
use File::Basename qw(dirname);
use Encode qw(encode);
use JSON::PP;
use POSIX qw(strftime);
use lib dirname(__FILE__);
use Oracle;

my ($what, $dir, $wanted) = @ARGV;
my $json = JSON::PP->new->utf8;
my @verbs = qw(create patch sign retract);

sub rows { open(my $in, '<', "$dir/$_[0]") or die "$dir/$_[0]: $!"; my @rows = map { $json->decode($_) } <$in>; return @rows }
my @state = qw(draft live signed retracted);

# The bodies of what decides who reaches what, and of what may be restricted;
# of the rest only the envelope.
my @records = rows('facts');
for my $r (@records) {
	my $needed = $r->{type} =~ /^(case|member|consent|referral|request|contact|group|participant|relation|person|staff|conflict)$/
		|| index($r->{body}, '"restricted"') >= 0;
	$r->{body} = $needed ? $json->decode(encode('UTF-8', $r->{body})) : {};
	$r->{state} = $state[ $r->{state} ];
}
my @readers = rows('readers');
my @emergencies = rows('emergencies');
my $world = Oracle::World->new(\@records, \@emergencies, strftime('%Y-%m-%d', localtime));

# ---- who asks for what by address ----------------------------------------------------
# Two of each class of cell, and what the page says of it is part of the class. Each id
# begins with another reader, so that not one person of a role has them all.
sub sample {
	my (%shaken, %asked, %file);
	if (open(my $in, '<', "$dir/shaken")) { while (<$in>) { my ($case, $how) = split; $shaken{$case} = $how } }
	for my $way (qw(case letter history record file)) {
		open(my $in, '<', "$dir/ask.$way") or next;
		my $turn = 0;
		while (my $line = <$in>) {
			my ($id) = split ' ', $line;
			my $r = $world->{record}{$id};
			my @turned = map { $readers[ ($_ + $turn) % @readers ] } 0 .. $#readers;
			$turn++;
			for my $reader (@turned) {
				my $class = $r && join ' ', $reader->{role}, $way, $r->{type}, Oracle::class($r->{type}, $r->{body}), $r->{state},
					$shaken{ $r->{case} // $r->{unit} } // '-', $world->decide($reader, 'read', $r);
				next if $class && !$wanted && $asked{$class}++ >= 2;
				my $name = "$dir/ask.$way.$reader->{login}";
				$file{$name} //= do { open(my $out, '>', $name) or die "$name: $!"; $out };
				print { $file{$name} } $line;
			}
		}
	}
}

# ---- changes that must be refused ---------------------------------------------------
sub new_id { return sprintf '%08x-%04x-7%03x-8%03x-%012x', time >> 16, time & 0xffff, rand 4096, rand 4096, rand 2**40 }
sub change {
	my ($verb, $r) = @_;
	my %c = (id => new_id(), op => $verb, type => $r->{type}, rec => $r->{id}, entered_at => strftime('%Y-%m-%dT%H:%M:%S+08:00', localtime));
	$c{case} = $r->{case} if $r->{case};
	$c{rec} = new_id() if $verb eq 'create';
	if ($verb eq 'create' || $verb eq 'patch') { $c{set} = { note => 'x' } }
	if ($verb eq 'patch') { $c{seen} = { note => undef }; $c{base_ver} = 1 }
	if ($verb eq 'sign') { $c{sha} = '0' x 64 }
	if ($verb eq 'retract') { $c{reason} = 'because it must be so' }
	return \%c;
}

sub draw {
	srand 20261122;
	mkdir "$dir/draw.d";
	my @pool = grep { $_->{type} ne 'conflict' } @records;
	for my $reader (@readers) {
		my (@changes, %expect);
		for (1 .. 40 * ($wanted || 100)) {
			last if @changes == ($wanted || 100);
			my ($r, $verb) = ($pool[rand @pool], $verbs[rand @verbs]);
			# To make something asks for no record: what counts is the unit it would be in.
			next if $verb eq 'create' && (!$r->{case} || Oracle::class($r->{type}, $r->{body}) eq 'restricted');
			my $asked = $verb eq 'create' ? { %$r, author => $reader->{staff}, unit => $r->{case} } : $r;
			my $answer = $world->decide($reader, $verb, $asked);
			next if $answer eq '+';
			my $c = change($verb, $r);
			$expect{ $c->{id} } = $answer;
			push @changes, $c;
		}
		for (my $i = 0; $i < @changes; $i += 50) {
			my $end = $i + 49 < $#changes ? $i + 49 : $#changes;
			my $file = "$dir/draw.d/$reader->{login}.$i";
			open(my $out, '>', $file) or die;
			print $out $json->encode({ changes => [ @changes[ $i .. $end ] ] });
			print "$reader->{login} $file\n";
		}
		open(my $out, '>>', "$dir/expected") or die;
		print $out "$reader->{login} $_ $expect{$_}\n" for keys %expect;
	}
}

# ---- what came, against what should ---------------------------------------------------
my %leak;
sub complain { my ($way, $text) = @_; push @{ $leak{$way} }, $text }
my %cells;

# Sets: every id that came must be allowed and the other way round.
sub compare_set {
	my ($way, $reader, $got, $allowed, $all) = @_;
	for my $r (@$all) {
		$cells{$way}++;
		my $may = $allowed->($r);
		next if !$may == !$got->{ $r->{id} };
		complain($way, sprintf '%s (%s) %s %s %s of %s', $reader->{login}, $reader->{role}, $may ? 'misses' : 'gets',
			$r->{type}, $r->{id}, $r->{unit});
	}
}

sub read_got {
	my ($name) = @_;
	my %got;
	open(my $in, '<', "$dir/got/$name") or return {};
	while (my $line = <$in>) { my ($way, $id, $rest) = $line =~ /\S+/g; $got{$way}{$id} = $rest // 1 }
	return \%got;
}

sub judge_reader {
	my ($reader) = @_;
	my $got = read_got($reader->{login});
	my %may = map { $_->{id} => $world->decide($reader, 'read', $_) eq '+' } @records;
	compare_set('by SQL, of the log', $reader, $got->{version}, sub { $may{ $_[0]{id} } }, \@records);
	# The typed tables hold what is not taken back as well as what is.
	for my $r (grep { $got->{typed}{ $_->{id} } } @records) {
		$cells{'by SQL, of the typed tables'}++;
		complain('by SQL, of the typed tables', "$reader->{login} ($reader->{role}) gets $r->{type} $r->{id} of $r->{unit}") if !$may{ $r->{id} };
	}
	for my $r (grep { $got->{told}{ $_->{id} } } @records) {
		$cells{'in the answer about a case'}++;
		complain('in the answer about a case', "$reader->{login} ($reader->{role}) gets $r->{type} $r->{id} of $r->{unit}") if !$may{ $r->{id} };
	}
	for my $way (qw(case letter history record file)) {
		for my $id (keys %{ $got->{$way} }) {
			my ($r, $status) = ($world->{record}{$id}, $got->{$way}{$id});
			$cells{"by address: $way"}++;
			my $right = $may{$id} ? $status =~ /^20/ : $status == 404;
			complain("by address: $way", "$reader->{login} ($reader->{role}) gets $status for $r->{type} $id") if !$right;
		}
	}
	judge_feed($reader, $got, \%may) if $got->{holds};
}

sub judge_feed {
	my ($reader, $got, $may) = @_;
	my %units = map { $_->{unit} => 1 } grep { $may->{ $_->{id} } } @records;
	my @units = map { { id => $_, unit => $_, type => 'unit' } } do { my %seen; grep { !$seen{$_}++ } map { $_->{unit} } @records };
	compare_set('by the feed, units', $reader, $got->{held}, sub { $units{ $_[0]{id} } }, \@units);
	my ($holds) = keys %{ $got->{holds} };
	my $right = grep { $may->{ $_->{id} } } @records;
	$cells{'by the feed, records'} += $right;
	complain('by the feed, records', "$reader->{login} holds $holds, may hold $right") if $holds != $right;
}

sub judge_writes {
	my (%expected, $n);
	open(my $in, '<', "$dir/expected") or die;
	while (my $line = <$in>) { my ($login, $id, $answer) = split ' ', $line; $expected{$id} = [ $login, $answer ] }
	open($in, '<', "$dir/wrote") or die;
	while (my $line = <$in>) {
		my ($login, $id, $status, $code) = split ' ', $line;
		my $want = delete $expected{$id} or next;
		$cells{'by writing'}++;
		complain('by writing', "$login: $status $code") if $status =~ /^(applied|conflict|noted)$/;
	}
	complain('by writing', "$_: no answer") for map { $expected{$_}[0] } keys %expected;
}

sub judge_glass {
	for my $e (@emergencies) {
		my ($reader) = grep { $_->{staff} eq $e->{staff} } @readers;
		my $got = read_got("glass.$e->{id}")->{told} // {};
		my @of = grep { $_->{unit} eq $e->{case} } @records;
		compare_set('in an emergency', $reader, $got, sub { $world->decide($reader, 'read', $_[0], $e->{id}) eq '+' }, \@of);
		complain('in an emergency', 'nothing was read') if !%$got;
	}
}

sub judge {
	judge_reader($_) for @readers;
	judge_writes();
	judge_glass();
	my $all = 0;
	for my $way (sort keys %cells) {
		$all += $cells{$way};
		my @bad = @{ delete $leak{$way} // [] };
		printf "%s|%s: %d cells, %d otherwise than the page says|%s\n", @bad ? 'no' : 'ok', $way, $cells{$way}, scalar @bad,
			join ' ; ', map { tr/|//dr } @bad[ 0 .. ($#bad < 7 ? $#bad : 7) ];
	}
	printf "no|%s||\n", $_ for keys %leak;
	printf "%s|%d cells, fifty thousand or more|\n", $all >= 50_000 ? 'ok' : 'no', $all;
}

my %does = (sample => \&sample, draw => \&draw, judge => \&judge);
$does{$what}->();
