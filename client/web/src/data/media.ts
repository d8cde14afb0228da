// Which kinds of file are taken, told by the ending of the name: the table of
// proto/media.c, which looks at the bytes. A test holds the two together.

const MIB = 1024 * 1024;

interface Kind {
	media: string;
	endings: readonly string[];
	max: number;
}

export const KINDS: readonly Kind[] = [
	{ media: 'application/pdf', endings: ['pdf'], max: 50 * MIB },
	{ media: 'image/jpeg', endings: ['jpg', 'jpeg'], max: 25 * MIB },
	{ media: 'image/png', endings: ['png'], max: 25 * MIB },
	{ media: 'image/webp', endings: ['webp'], max: 25 * MIB },
	{ media: 'audio/mp4', endings: ['m4a', 'm4b'], max: 200 * MIB },
	{ media: 'audio/aac', endings: ['aac'], max: 200 * MIB },
	{ media: 'audio/mpeg', endings: ['mp3'], max: 200 * MIB },
	{ media: 'audio/ogg', endings: ['ogg', 'opus', 'oga'], max: 200 * MIB },
	{ media: 'audio/wav', endings: ['wav'], max: 200 * MIB },
	{ media: 'audio/amr', endings: ['amr'], max: 200 * MIB },
	{ media: 'video/mp4', endings: ['mp4', 'm4v'], max: 300 * MIB },
	{ media: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', endings: ['docx'], max: 25 * MIB },
	{ media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', endings: ['xlsx'], max: 25 * MIB },
	{ media: 'application/vnd.oasis.opendocument.text', endings: ['odt'], max: 25 * MIB },
	{ media: 'application/vnd.oasis.opendocument.spreadsheet', endings: ['ods'], max: 25 * MIB },
	{ media: 'text/plain', endings: ['txt', 'text'], max: 2 * MIB },
];

export const kindOfFile = (name: string): Kind | undefined => {
	const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
	return KINDS.find(({ endings }) => endings.includes(ending));
};

export const ACCEPTED = KINDS.flatMap(({ endings }) => endings.map((one) => `.${one}`)).join(',');

/** `12 KB`, `3.4 MB` */
export function sizeText(bytes: number): string {
	if (bytes < 1024) return `${bytes} B`;
	if (bytes < MIB) return `${Math.round(bytes / 1024)} KB`;
	return `${(bytes / MIB).toFixed(1)} MB`;
}
