// Giving the browser bytes to open or to keep.

/** An address for the bytes as long as the browser needs to take them. */
export function hold(blob: Blob, use: (url: string) => void): void {
	const url = URL.createObjectURL(blob);
	use(url);
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function save(url: string, name: string): void {
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
}
