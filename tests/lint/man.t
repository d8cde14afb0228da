#!/usr/bin/perl
# man.t - the manual pages and the programs say the same.
#
# What --help lists and what stands in docs/man are compared both ways: verbs
# with their options, settings with their defaults, exit codes, names that come
# from data. The headings of the pages (.It) are written so that this is
# possible: ".It Ic VERB options", ".It Ic KEY = DEFAULT", ".It Fl OPTION".
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin qw($Bin);
use lib $Bin;
use Lint;

chdir dirname($0) . '/../..' or die;
my $build = $ENV{BUILD} || 'build';
$ENV{LC_ALL} = 'C.UTF-8';

# What one side has and the other has not, or has otherwise.
sub compare {
	my ($sentence, $program, $page) = @_;
	my @bad = map { !defined $page->{$_} ? "not in the manual: $_ $program->{$_}"
			: $page->{$_} ne $program->{$_}
			? "$_: the program says '$program->{$_}', the manual '$page->{$_}'" : () }
		sort keys %$program;
	push @bad, map { "only in the manual: $_" } grep { !defined $program->{$_} } sort keys %$page;
	push @bad, 'nothing to compare was found' if !%$program;
	verdict($sentence, @bad);
}

sub output { my $text = qx{@_}; die "'@_' does not run\n" if $?; return $text }
sub set_of { return { map { $_ => '' } @_ } }

# The headings of one kind within a section, or within the page.
sub headings {
	my ($page, $macro, $section) = @_;
	my $t = text("docs/man/$page");
	# A heading over several lines is one heading; each line ends its own Op.
	$t =~ s{\.It Xo\n(.*?)\n\.Xc}{my $all = $1; $all =~ s/\n?^\.(Op)?/$1 ? ' Op ' : ' '/gme; ".It$all"}gse;
	($t) = $t =~ /^\.Sh \Q$section\E\n(.*?)(?=^\.Sh |\z)/ms if $section;
	return map { s/\s+$//r } ($t // '') =~ /^\.It \Q$macro\E *(.*)$/mg;
}

# "enrol Fl -server Ar URL Op Fl -x": the verb's name and its options.
sub verb_of {
	my ($heading) = @_;
	my ($name) = $heading =~ /^((?:[a-z][a-z-]*(?: |$))+)/ or die "no verb in '$heading'\n";
	my %option = $heading =~ /\bFl -([a-z-]+)( Ar [A-Z]+)?/g;
	$name =~ s/ $//;
	return ($name, join ' ', map { "--$_" . ($option{$_} // '') =~ s/ Ar//r } sort keys %option);
}

my $quiet = output("make -s --no-print-directory B=$build DEV=1 programs 2>&1");
verdict('the pages are sound mdoc', split /\n/, qx{mandoc -T lint -W warning docs/man/* 2>&1});

# --- casebridged ------------------------------------------------------------
my $help = output("$build/casebridged --help");
my (%program, %page);
while ($help =~ /^  casebridged ((?:[a-z-]+ ?)+?)((?: \[?(?:--|FILE).*)?)$/mg) {
	my ($verb, $options) = ($1, $2);
	$program{$verb} = join ' ', sort $options =~ /--[a-z-]+/g;
}
for my $heading (headings('casebridged.8', 'Ic')) {
	my ($verb, $options) = verb_of($heading =~ s/ Ar [a-z]+//gr);
	$page{$verb} = $options;
}
compare('casebridged: verbs and their options', \%program, \%page);

%program = $help =~ /^  ([a-z-]+) +\S.*\n +default: (.*)$/mg;
%page = map { /^(\S+) = ?(.*)$/ ? ($1 => length $2 ? $2 : 'none') : ($_ => '') } headings('casebridged.conf.5', 'Ic');
compare('casebridged.conf: settings and their defaults', \%program, \%page);

my ($codes) = $help =~ /^Exit codes: (.*)/m;
compare('casebridged: exit codes', set_of(($codes // '') =~ /\b(\d)\b/g),
	set_of(headings('casebridged.8', '', 'EXIT STATUS')));

# --- casebridge -------------------------------------------------------------
$help = output("$build/casebridge --help --lang en");
my %general = $help =~ /^  (--[a-z-]+(?: [A-Z][^ ]*| [a-z]+\|[a-z]+)?)()(?= |$)/mg;
compare('casebridge: options of every command', \%general,
	{ map { my $o = $_; $o =~ s/ Ar//; ("-$o" => '') } headings('casebridge.1', 'Fl') });

%program = ();
for my $verb ($help =~ /^  ([a-z][a-z-]*)  +\S/mg) {
	my $own = output("$build/casebridge $verb --help --lang en");
	$program{$verb} = join ' ', sort grep { !exists $general{$_} }
		$own =~ /^  (--[a-z-]+(?: [A-Z][^ ]*| [a-z]+\|[a-z]+)?)(?= |$)/mg;
}
%page = map { verb_of($_) } headings('casebridge.1', 'Ic');
compare('casebridge: commands and their options', \%program, \%page);

($codes) = $help =~ /^exit codes: (.*)/m;
compare('casebridge: exit codes', set_of(($codes // '') =~ /\b(\d)\b/g),
	set_of(headings('casebridge.1', '', 'EXIT STATUS')));

# --- the policy -------------------------------------------------------------
my ($tables) = text('docs/man/casebridge-access.7') =~ /^\.\\" made from server\/access\/policy.csv.*?: begin\n(.*?)^\.\\" end/ms;
my $made = output('awk -v out=man -f tools/policygen.awk server/access/policy.csv');
verdict('casebridge-access: the tables are those of the policy',
	($tables // '') eq $made ? () : 'put there what awk -v out=man -f tools/policygen.awk server/access/policy.csv prints');

# --- both -------------------------------------------------------------------
my %read;
# What only test builds read is in no manual.
for my $source (grep { $_ ne 'proto/base/crash.c' } glob
	'client/*/*.c server/*.c server/*/*.c proto/*.c proto/*/*.c') {
	$read{$_} = '' for text($source) =~ /\bgetenv\("([A-Z_]+)"\)/g;
}
my %told = map { $_ => '' } map { split /[ ,]+/ } headings('casebridge.1', 'Ev'),
	headings('casebridged.8', 'Ev');
delete @told{grep { !exists $read{$_} && /^(LC_|LANG$)/ } keys %told};
compare('the environment that is read', \%read, \%told);

my ($score) = text('docs/man/casebridge.1') =~ /^\.Ss Instruments\n(.*?)^\.Ss /ms;
verdict('every instrument is named', map { m{([a-z0-9_]+)\.json$} && ($score // '') !~ /\b$1\b/ ? $1 : () }
	glob 'proto/scales/*.json');
my ($account) = text('docs/man/casebridged.8') =~ /^\.Ic account add(.*?)^\.It/ms;
verdict('every role is named', grep { $account !~ /\b$_\b/ }
	text('proto/codes/staff_role.json') =~ /"code": *"(\w+)"/g);

done();
