// Enough of the scoring engine to draw pages with: sums, counts, additions and
// multiples as the instrument's description says. The real one is in proto/.

export function score(scale, answers) {
	const items = scale.items ?? [];
	if (answers.length !== items.length || answers.some((answer) => typeof answer !== 'number')) return null;
	const values = items.map((item, i) => {
		const set = scale.options?.[item.options];
		if (!set || !item.reverse) return answers[i];
		const all = set.map((option) => option.value);
		return Math.min(...all) + Math.max(...all) - answers[i];
	});
	const scores = {};
	for (const { name, do: how, items: only, of, by, rounding } of scale.scores) {
		const chosen = values.filter((_, i) => !only || only.includes(items[i].no));
		if (how === 'sum') scores[name] = chosen.reduce((sum, value) => sum + value, 0);
		else if (how === 'count') scores[name] = chosen.length;
		else if (how === 'add') scores[name] = of.reduce((sum, one) => sum + scores[one], 0);
		else if (how === 'times') scores[name] = rounding === 'floor' ? Math.floor(scores[of] * by) : scores[of] * by;
	}
	const bands = scale.bands?.list ?? [];
	const band = bands.filter((one) => scores[scale.bands.of] >= one.from).pop()?.code ?? null;
	const alerts = (scale.alerts ?? [])
		.filter((alert) => answers[items.findIndex((item) => item.no === alert.item)] >= alert.from)
		.map((alert) => alert.code);
	return { instrument: scale.scale, version: scale.version, scores, band, alerts };
}
