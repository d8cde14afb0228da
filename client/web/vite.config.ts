import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { defineConfig, type Plugin } from 'vite';
// @ts-expect-error a plain script shared with the compressor
import { outDir } from './scripts/out.mjs';

/**
 * React Aria empties its live region by innerHTML, which Trusted Types stop:
 * leaving a date half typed then took the page down. Text does the same. The
 * build fails when there is nothing left to mend, so that this can go.
 */
function mendAnnouncer(): Plugin {
	let mended = 0;
	return {
		name: 'mend-announcer',
		enforce: 'pre',
		transform(code, id) {
			if (!/live-announcer\/LiveAnnouncer\.mjs$/.test(id)) return undefined;
			const parts = code.split(".innerHTML = ''");
			mended += parts.length - 1;
			return { code: parts.join(".textContent = ''"), map: null };
		},
		buildEnd(error) {
			if (!error && mended === 0) this.error('LiveAnnouncer no longer uses innerHTML: remove mendAnnouncer()');
		},
	};
}

export default defineConfig({
	// Relative addresses: the daemon serves the app at /, a station on loopback.
	base: './',
	plugins: [
		mendAnnouncer(),
		// The widgets bring their own words in thirty languages; we show two.
		{ ...optimizeLocales.vite({ locales: ['zh-CN', 'en-US'] }), enforce: 'pre' },
	],
	build: {
		outDir: outDir as string,
		emptyOutDir: true,
		// Chromium 90 is what the older office browsers in use are built on.
		target: ['chrome90', 'edge90', 'firefox90', 'safari15'],
		cssMinify: 'lightningcss',
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		reportCompressedSize: false,
		license: { fileName: 'licences.txt' },
	},
});
