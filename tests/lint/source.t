#!/usr/bin/perl
# source.t - house rules a compiler does not know.
#
# Each rule is one test; what breaks it is listed with file and line. Files are
# those git knows or would add, so that scratch files do not count. Exceptions
# stand in exceptions.txt, each with its reason.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use FindBin qw($Bin);
use lib $Bin;
use Lint qw(verdict done);

chdir dirname($0) . '/../..' or die;
my @files = grep { -f $_ && !/\.(png|ico|woff2?|gz|zst|br|csv)$/ }
	split /\0/, `git -c safe.directory='*' ls-files -zco --exclude-standard`;
die "git lists no files\n" unless @files > 50;
my @c = grep { m{^(proto|server|client|tests)/.*\.[ch]$} } @files;
my @ours = grep { m{^(proto|server|client)/} } @c;

my %exception;
open(my $in, '<', 'tests/lint/exceptions.txt') or die "exceptions.txt: $!";
while (<$in>) {
	$exception{$1}{$2} = 1 if /^([a-z]+)\s+(\S+)/;
}

sub text {
	my ($path) = @_;
	open(my $in, '<', $path) or return '';
	local $/;
	return <$in> // '';
}

# The code alone: comments and what stands in quotes become blanks, line breaks
# stay, so that line numbers hold.
sub blanks { my $t = shift; $t =~ s/[^\n]/ /g; return $t }
sub code_of {
	my $t = text(shift);
	$t =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
		{ blanks("$1") }gse;
	return $t;
}

sub lines_matching {
	my ($path, $t, $pattern, $say) = @_;
	my ($n, @found) = (0);
	for my $line (split /\n/, $t) {
		$n++;
		while ($line =~ /$pattern/g) {
			push @found, "$path:$n: " . $say->($1 // '');
		}
	}
	return @found;
}

sub excepted { my ($rule, $path) = @_; return $exception{$rule}{$path} }

my $banned = qr/\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets
	|atoi|atol|atoll|atof|localtime|gmtime|asctime|ctime|system|popen|alloca
	|tmpnam|mktemp|rand|srand|signal|setjmp|longjmp)\s*\(/x;
verdict('no function that overruns, guesses or hides state', map {
	my $p = $_;
	lines_matching($p, code_of($p), $banned, sub { "$_[0]() is banned" })
} @c);

# Objects that outlive the work are calloc()ed and have a _free; what grows or
# is made for the work comes from buf and arena.
my $heap = qr/(?<![\w.>])(malloc|realloc|reallocarray|strndup|asprintf)\s*\(/;
verdict('memory for the work comes from arenas and buffers', map {
	my $p = $_;
	lines_matching($p, code_of($p), $heap, sub { "$_[0](): take it from an arena, or" .
		" give the reason in tests/lint/exceptions.txt" })
} grep { !excepted('heap', $_) } @ours);

my $io = qr/\b(fopen|open|openat|read|write|printf|fprintf|puts|getenv|socket
	|time|clock_gettime|gettimeofday)\s*\(/x;
verdict('proto does no input or output', map {
	my $p = $_;
	lines_matching($p, code_of($p), $io, sub { "$_[0]() in proto" })
} grep { m{^proto/} && !excepted('io', $_) } @ours);

verdict('no statement is written into C', map {
	my $p = $_;
	my $t = text($p);
	$t =~ s{(/\*.*?\*/)}{blanks("$1")}gse;
	lines_matching($p, $t, qr/"\s*(SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE
		|ALTER|DROP|GRANT|WITH)\s/x, sub { "$_[0]: statements live in .sql files" })
} grep { !excepted('sql', $_) } @ours);

verdict('no file is longer than 800 lines', map {
	my $n = () = text($_) =~ /\n/g;
	$n > 800 ? "$_: $n lines" : ()
} @c);

verdict('no function is longer than 70 lines', map {
	my ($p, $n, $from, @found) = ($_, 0, 0);
	for my $line (split /\n/, text($p)) {
		$n++;
		$from = $n if $line eq '{';
		if ($line =~ /^\}/ && $from) {
			push @found, "$p:$from: " . ($n - $from - 1) . ' lines'
				if $n - $from - 1 > 70;
			$from = 0;
		}
	}
	@found
} @c);

verdict('every file says first what it is for', map {
	my ($p, $t) = ($_, text($_));
	my $name = quotemeta(basename($p));
	my $opening = $p =~ /\.[ch]$/ ? qr{^/\*\n \* $name - }
		: $p =~ /\.sql$/ ? qr{^-- \S}
		: qr{^(?:#![^\n]*\n)?\# $name - };
	$t =~ $opening ? () : "$p: does not begin with what it is for"
} grep { /\.([ch]|sql|awk|pl|sh|t)$/ && !excepted('opening', $_) } @files);

verdict('nothing is left to be done later', map {
	my $p = $_;
	lines_matching($p, text($p), qr/\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, sub { $_[0] })
} grep { !m{package-lock\.json$} } @files);

my $places = qr{((?<![\w.])/(?:work|home|root|Users)/\w+)};
verdict('no path of somebody\'s machine', map {
	my $p = $_;
	lines_matching($p, text($p), $places, sub { $_[0] })
} grep { !excepted('path', $_) } @files);

my $hosts = qr{((?:registry\.[\w-]+\.\w+|\bnpm[j]s\.(?:org|com)|deb\.debian\.org
	|\bpy[p]i\.org|crates\.i[o]|proxy\.golang\.org)[\w./-]*)}x;
verdict('no package registry is named', map {
	my $p = $_;
	lines_matching($p, text($p), $hosts, sub { $_[0] })
} grep { $_ ne 'tests/lint/source.t' } @files);

verdict('scripts can be started and parse', map {
	my ($p, $first) = ($_, (split /\n/, text($_))[0] // '');
	my @bad;
	push @bad, "$p: not executable" if $first =~ /^#!/ && !-x $p;
	push @bad, "$p: no #! line" if $p =~ /\.t$/ && $first !~ /^#!/;
	push @bad, "$p: does not parse"
		if ($first =~ /bash|bin\/sh/ || $p =~ /\.sh$/) && system("bash -n '$p' 2>/dev/null") != 0;
	@bad
} grep { /\.(sh|t|pl)$|^\.ci\/run$/ } @files);

done();
