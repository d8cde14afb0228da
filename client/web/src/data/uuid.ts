// UUIDv7 (RFC 9562 §5.7): a record's and a change's id, made where it is born.
//
// Ids of one page must sort in the order they were made, also within one
// millisecond and when the clock steps back, so the 12 bits after the version
// count up and the time never goes down (RFC 9562 §6.2, method 1).

const TIME_MAX = 0xffff_ffff_ffff;

export class UuidMaker {
	private last = -1;
	private count = 0;

	constructor(
		private readonly now: () => number = Date.now,
		private readonly fill: (bytes: Uint8Array<ArrayBuffer>) => unknown = (bytes) => crypto.getRandomValues(bytes),
	) {}

	readonly next = (): string => {
		const bytes = new Uint8Array(16);
		this.fill(bytes);
		const at = Math.min(Math.max(Math.floor(this.now()), 0), TIME_MAX);
		if (at > this.last) {
			this.last = at;
			// The top bit stays free, so that at least 2048 ids fit a millisecond.
			this.count = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
		} else if (++this.count > 0xfff) {
			this.last += 1;
			this.count = 0;
		}
		for (let i = 5, rest = this.last; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
		bytes[6] = 0x70 | (this.count >> 8);
		bytes[7] = this.count & 0xff;
		bytes[8] = 0x80 | (bytes[8]! & 0x3f);
		const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
		return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
	};
}
