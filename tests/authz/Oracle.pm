# Oracle.pm - who may see and do what, written from casebridge-access(7).
#
# It shares nothing with the daemon: neither the policy file nor the generated
# code nor SQL. Who changes the policy writes it down here a second time, or
# tests/authz fails; that is what it is for.
package Oracle;
use strict;
use warnings;
use Time::Local qw(timegm);

sub set { return { map { $_ => 1 } map { split } @_ } }
sub without { my ($all, $less) = @_; my %gone = %{set($less)}; return join ' ', grep { !$gone{$_} } split ' ', $all }

our $directory = 'district site staff holiday service_item resource team pack';
our $cases = 'person relation case member consent screening assessment response need plan goal task service review flag application'
	. ' contract closure document segment supervision referral request contact group participant session attendance group_assessment conflict';

# ---- the class of a type -------------------------------------------------------
our %class = (
	(map { $_ => 'identity' } qw(person relation)),
	(map { $_ => 'assessment' } qw(assessment response screening need group_assessment)),
	(map { $_ => 'plan' } qw(plan goal review application contract closure)),
	(map { $_ => 'note' } qw(service supervision contact document)),
);
sub class { my ($type, $body) = @_; return $body->{restricted} && $type =~ /^(service|document)$/ ? 'restricted' : $class{$type} // 'core' }

# ---- the roles -----------------------------------------------------------------
our %reach = (
	(map { $_ => 'site' } qw(rehab_worker case_worker nurse prevention_doctor social_worker supervisor)),
	psychiatrist => 'member',
	(map { $_ => 'directory' } qw(district_coordinator site_admin system_admin auditor)),
);

my $front = 'assessment response need task service flag document segment referral request contact group participant session attendance group_assessment';
my %writes = (
	rehab_worker => $front,
	nurse => without($front, 'need group session'),
	case_worker => "$front person relation screening goal application supervision",
	prevention_doctor => "$front person relation screening review contract supervision",
	social_worker => without($cases, 'conflict'),
	supervisor => without($cases, 'conflict'),
	psychiatrist => 'assessment response need task service review flag document referral request contact',
	site_admin => 'staff service_item resource team',
	system_admin => $directory,
);
my %signs = (
	rehab_worker => 'assessment response service session',
	nurse => 'assessment response service',
	case_worker => 'assessment response service session supervision',
	prevention_doctor => 'assessment response service review session',
	social_worker => 'assessment response plan service review closure session supervision',
	supervisor => 'assessment response plan service review closure session supervision',
	psychiatrist => 'assessment response service review',
);
# What is written and still cannot be taken back by who wrote it.
my %stays = (case_worker => 'person', prevention_doctor => 'person relation', social_worker => 'person case', supervisor => 'person case');
my $in_haste = 'assessment response task service flag';

my %may; # role, verb, type: 1, or 'own'
for my $role (keys %reach) {
	my %do = (read => $directory, create => $writes{$role}, patch => $writes{$role});
	$do{patch} .= ' site' if $role eq 'site_admin';
	if ($reach{$role} ne 'directory') {
		$do{read} .= " $cases";
		$do{sign} = $signs{$role};
		$do{retract} = without($writes{$role}, $stays{$role} // '');
		@do{qw(glass_read glass_create resolve)} = ($cases, $in_haste, 'conflict');
	}
	$do{resolve} = 'conflict' if $role =~ /_admin$/;
	$do{retract} = $directory if $role eq 'system_admin';
	for my $verb (keys %do) {
		my $own = $verb =~ /^(sign|retract)$/ && $role !~ /^(supervisor|system_admin)$/;
		$may{$role}{$verb}{$_} = $own ? 'own' : 1 for keys %{set($do{$verb} // '')};
	}
}

# 1, 'own' or nothing; in an emergency only what is left of reading and creating.
sub may {
	my ($role, $verb, $type, $glass) = @_;
	$verb = { read => 'glass_read', create => 'glass_create' }->{$verb} // return if $glass;
	return $may{$role}{$verb}{$type};
}

sub days { my ($y, $m, $d) = split /-/, shift; return timegm(0, 0, 0, $d, $m - 1, $y) / 86400 }

# '+', 3 (forbidden) or 4 (not found); `open`: the classes the unit is open in.
our %everybodys = %{set($directory)};
sub decide {
	my ($q) = @_;
	my $reach = $reach{ $q->{role} } // return 4;
	return 4 unless $everybodys{ $q->{type} }
		|| $reach ne 'directory' && $q->{open}{ $q->{class} } && ($q->{class} ne 'restricted' || $q->{mine} || $q->{named});
	my $may = may(@$q{qw(role verb type glass)}) // return 3;
	return $may eq 'own' && !$q->{own} ? 3 : '+';
}

# ---- what is open to whom -------------------------------------------------------
# A world: every record as it stands ({id, unit, case, type, state, site, author,
# body}), every reader ({login, staff, site, role}) and emergency ({id, staff, case}).
my @every = qw(core identity assessment plan note restricted);

package Oracle::World;

sub new {
	my ($package, $records, $emergencies, $today) = @_;
	my $w = bless { record => {}, of => {}, today => $today, open => {} }, $package;
	for my $r (@$records) {
		$w->{record}{ $r->{id} } = $r;
		push @{ $w->{of}{ $r->{type} } }, $r;
	}
	# A conflict is as private as what it is about, or as it was asked to be.
	for my $r (@{ $w->{of}{conflict} }) {
		my $about = $w->{record}{ $r->{body}{record} } or next;
		my ($body, $mine) = ($r->{body}, $r->{body}{mine});
		my $asked = ref $mine && $mine->{restricted} && !$about->{body}{restricted};
		$r->{like} = $asked ? { %$about, body => { restricted => 1, readers => [ $body->{mine_by}, @{ $mine->{readers} // [] } ] } } : $about;
	}
	$w->cases;
	$w->emergency($_) for @$emergencies;
	$w->letters;
	$w->groups;
	$w->persons;
	return $w;
}

sub stands { my ($w, $type) = @_; return grep { $_->{state} ne 'retracted' } @{ $w->{of}{$type} // [] } }
sub let { my ($w, $unit, $key, @classes) = @_; $w->{open}{$unit}{$key}{$_} = 1 for $key ? @classes : () }
sub begun { my ($w, $from) = @_; return !defined $from || $from le $w->{today} }
sub over { my ($w, $to) = @_; return defined $to && $to le $w->{today} }
sub lasts { my ($w, $from, $to) = @_; return $w->begun($from) && !$w->over($to) }

# Staff of a site, as the directory says today.
sub belongs {
	my ($w, $staff, $site) = @_;
	my $t = $staff && $w->{record}{$staff} or return 0;
	return $t->{state} ne 'retracted' && ($t->{body}{site} // '') eq $site;
}

# The consents of a case that open it to a site today.
sub consents {
	my ($w, $case, $site) = @_;
	$w->{consents} //= do { my %by; push @{ $by{ $_->{case} } }, $_ for $w->stands('consent'); \%by };
	return grep {
		my $b = $_->{body};
		(grep { $_ eq $site } @{ $b->{sites} // [] }) && ($b->{purpose} // '') =~ /^(sharing|referral)$/
			&& (($b->{basis} // 'consent') eq 'consent' || defined $b->{basis_reason})
			&& $w->lasts(@$b{qw(from to)}) && !$w->over($b->{withdrawn})
	} @{ $w->{consents}{$case} // [] };
}
sub covered {
	my ($consent) = @_;
	my @classes = ('core', @{ $consent->{body}{classes} // [] });
	return (@classes, (grep { $_ eq 'note' } @classes) ? 'restricted' : ());
}

sub cases {
	my ($w) = @_;
	$w->let($_->{id}, $_->{body}{home_site}, @every) for $w->stands('case');
	for my $m ($w->stands('member')) {
		my ($b, $case) = ($m->{body}, $m->{case});
		my $site = $b->{site} // next;
		next if !$w->belongs($b->{staff}, $site) || !$w->lasts(@$b{qw(from to)});
		my $home = $site eq ($w->{record}{$case}{body}{home_site} // '');
		for my $key ($site, $b->{staff}) {
			$w->let($case, $key, $home ? @every : map { covered($_) } $w->consents($case, $site));
		}
	}
	for my $f ($w->stands('referral')) {
		my ($b, $case) = ($f->{body}, $f->{case} // next);
		next if ($b->{status} // '') !~ /^(accepted|in_progress|on_hold|returned)$/;
		next if !$w->lasts(@$b{qw(decided acknowledged)});
		my %sent = map { $_ => 1 } covered({ body => { classes => $b->{sends} } });
		my @both = grep { $sent{$_} } map { covered($_) } $w->consents($case, $b->{to_site});
		$w->let($case, $_, @both) for $b->{to_site}, $w->belongs($b->{to_staff}, $b->{to_site}) ? $b->{to_staff} : ();
	}
}

sub emergency { my ($w, $e) = @_; $w->let($e->{case}, $e->{id}, qw(core identity assessment plan note)) }

sub later { my ($day, $other) = @_; return defined $day && defined $other && $other gt $day ? $other : $day }
sub thirty_days_after { my ($w, $day) = @_; return defined $day && Oracle::days($day) + 30 <= Oracle::days($w->{today}) }
sub letters {
	my ($w) = @_;
	for my $l (map { @{ $w->{of}{$_} // [] } } qw(referral request contact)) {
		my $b = $l->{body};
		$w->let($l->{id}, $l->{site}, @every);
		if ($l->{case}) {
			my $of = $w->{open}{ $l->{case} } // {};
			$w->let($l->{id}, $_, @every) for grep { $of->{$_}{core} } keys %$of;
		}
		next if $l->{state} eq 'retracted';
		if ($l->{type} eq 'request') {
			$w->let($l->{id}, $b->{to_site}, @every);
		} elsif ($l->{type} eq 'referral' && $b->{status} ne 'draft' && defined $b->{requested}) {
			my $gone = $b->{status} eq 'withdrawn' ? $b->{withdrawn} // $b->{decided} // $b->{requested}
				: defined $b->{decline_reason} ? later($b->{decided}, $l->{written}) : undef;
			next if $w->thirty_days_after($gone);
			$w->let($l->{id}, $_, @every) for grep { $_ } $b->{to_site}, $b->{to_staff};
		}
	}
}

sub groups {
	my ($w) = @_;
	for my $g (@{ $w->{of}{group} // [] }) {
		$w->let($g->{id}, $g->{site}, @every);
		next if $g->{state} eq 'retracted';
		$w->let($g->{id}, $_, @every) for grep { $_ } @{ $g->{body}{sites} // [] }, $g->{body}{leader};
	}
}

# Records of one person, however they were found to be the same.
sub same {
	my ($w) = @_;
	my %root;
	my $find;
	$find = sub { my ($p) = @_; return defined $root{$p} && $root{$p} ne $p ? $find->($root{$p}) : $p };
	for my $p (@{ $w->{of}{person} // [] }) {
		my $into = $p->{body}{merged_into} // next;
		$root{ $find->($p->{id}) } = $find->($into);
	}
	return $find;
}

sub persons {
	my ($w) = @_;
	my $find = $w->same;
	my %ties;    # of a person: [unit, only this key]
	push @{ $ties{ $find->($_->{body}{person}) } }, [ $_->{id} ] for @{ $w->{of}{case} };
	for my $r (@{ $w->{of}{relation} // [] }) {
		push @{ $ties{ $find->($_) } }, [ $r->{case} ] for grep { $_ } @{ $r->{body} }{qw(person subject)};
	}
	for my $m (grep { $_->{body}{person} } $w->stands('participant')) {
		push @{ $ties{ $find->($m->{body}{person}) } }, [ $m->{case}, $m->{body}{consent} ? () : $w->{record}{ $m->{case} }{site} ];
	}
	for my $p (@{ $w->{of}{person} // [] }) {
		my $found = 0;
		for my $tie (@{ $ties{ $find->($p->{id}) } // [] }) {
			my ($unit, $only) = @$tie;
			my $of = $w->{open}{$unit} // {};
			for my $key (grep { $of->{$_}{identity} && (!defined $only || $_ eq $only) } keys %$of) {
				$w->let($p->{id}, $key, @every);
				$found = 1;
			}
		}
		$w->let($p->{id}, $p->{site}, @every) if !$found;
	}
}

# '+', 3 or 4; `glass`: the id of an emergency of theirs.
sub decide {
	my ($w, $reader, $verb, $r, $glass) = @_;
	my $about = $r->{like} // $r;
	my $key = $glass // ($Oracle::reach{ $reader->{role} } eq 'site' ? $reader->{site} : $reader->{staff});
	my $everybodys = $Oracle::everybodys{ $about->{type} };
	return Oracle::decide({
		role => $reader->{role}, verb => $verb, type => $r->{type}, glass => $glass,
		class => Oracle::class($about->{type}, $about->{body}),
		open => $everybodys ? { map { $_ => 1 } @every } : $w->{open}{ $r->{unit} }{$key} // {},
		mine => ($about->{author} // '') eq $reader->{staff}, own => ($r->{author} // '') eq $reader->{staff},
		named => scalar grep { $_ eq $reader->{staff} } @{ $about->{body}{readers} // [] } });
}
1;
