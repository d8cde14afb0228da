# paired.R - what R says of paired data, for tests/flow/paired.t.
#
#   Rscript paired.R SETS SEED
#
# Each data set is three lines: before, after, and "name value" pairs. t and the signed ranks are R's own
# (t.test, wilcox.test, psignrank); where wilcox.test has no exact answer, with ties, every sign is tried (up to 11
# differences), or the distribution is convolved with convolve() (up to 25).
args <- commandArgs(trailingOnly = TRUE)
set.seed(as.integer(args[2]))
options(digits = 17, warn = -1)

exact <- function(d) {
	rank2 <- round(2 * rank(abs(d)))
	plus <- sum(rank2[d > 0])
	least <- min(plus, sum(rank2) - plus)
	if (!any(duplicated(abs(d)))) return(wilcox.test(d, exact = TRUE)$p.value)
	if (length(d) <= 11) {
		signs <- as.matrix(expand.grid(rep(list(0:1), length(d))))
		return(min(1, 2 * mean(signs %*% rank2 <= least)))
	}
	p <- 1
	for (r in rank2) p <- convolve(p, rev(c(0.5, rep(0, r - 1), 0.5)), type = "open")
	min(1, 2 * sum(p[seq_len(least + 1)]))
}

draw <- function(i) {
	n <- c(2:12, 13:26, 30, 47, 80, 120, 200)[(i - 1) %% 30 + 1]
	kind <- (i - 1) %/% 30 %% 6
	before <- switch(kind + 1, rnorm(n, 50, 9), round(rnorm(n, 12, 5)), round(rnorm(n, 40, 8)) * 1.25,
		sample(0:27, n, TRUE), round(rnorm(n, 28, 6)), 1e6 + round(rnorm(n, 0, 3)))
	after <- switch(kind + 1, before + rnorm(n, -3, 6), before + round(rnorm(n, -1, 2)), before + sample(-2:2, n, TRUE) * 1.25,
		before + sample(c(0, 0, 0, 1, -1), n, TRUE), before + round(rnorm(n, 5, 3)), before + round(rnorm(n, 1, 2)))
	list(before = before, after = after)
}

for (i in seq_len(as.integer(args[1]))) {
	s <- draw(i)
	d <- s$after - s$before
	n <- length(d)
	nz <- d[d != 0]
	m <- length(nz)
	out <- c(mean = mean(d), sd = sd(d), before = mean(s$before), before_sd = sd(s$before), after = mean(s$after),
		after_sd = sd(s$after), zeros = n - m)
	if (sd(d) > 0) {
		t <- t.test(s$after, s$before, paired = TRUE)
		out <- c(out, t = unname(t$statistic), df = unname(t$parameter), p = t$p.value, low = t$conf.int[1], high = t$conf.int[2],
			dz = mean(d) / sd(d))
	}
	if (sd(s$before) + sd(s$after) > 0) {
		dav <- mean(d) / mean(c(sd(s$before), sd(s$after)))
		out <- c(out, dav = dav)
		if (n > 2) out <- c(out, g = dav * (1 - 3 / (4 * (n - 1) - 1)))
	}
	if (sd(s$before) > 0 && sd(s$after) > 0) {
		r <- cor(s$before, s$after)
		out <- c(out, r = r)
		if (sd(d) > 0) out <- c(out, drm = mean(d) / sd(d) * sqrt(2 * (1 - r)))
	}
	if (m > 0) {
		plus <- unname(wilcox.test(nz, exact = FALSE)$statistic)
		ties <- table(abs(nz))
		v <- m * (m + 1) * (2 * m + 1) / 24 - sum(ties^3 - ties) / 48
		z <- (min(plus, m * (m + 1) / 2 - plus) - m * (m + 1) / 4) / sqrt(v)
		out <- c(out, plus = plus, minus = m * (m + 1) / 2 - plus, variance = v, z = z,
			rank_p = if (m <= 25) exact(nz) else wilcox.test(nz, exact = FALSE, correct = FALSE)$p.value)
	}
	cat(sprintf("%.17g", s$before), "\n")
	cat(sprintf("%.17g", s$after), "\n")
	cat(paste(names(out), sprintf("%.17g", out)), "\n")
}
