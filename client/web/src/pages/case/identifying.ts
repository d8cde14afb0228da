// Which fields say who a person is, and are hidden while names are.
const NAMES: { [type: string]: readonly string[] } = {
	person: ['name'],
	relation: ['name', 'person'],
	consent: ['given_by'],
	assessment: ['subject'],
	response: ['subject'],
	case: ['person'],
	referral: ['client_name'],
	request: ['client_label', 'person'],
	contact: ['client_label', 'person'],
	document: ['about', 'approved_by'],
	participant: ['name', 'person'],
};

const DETAILS: { [type: string]: readonly string[] } = {
	person: ['pinyin', 'initials', 'id_number', 'phone', 'address', 'household_address', 'birth', 'lunar_birthday'],
	relation: ['phone'],
	referral: ['client_phone'],
};

export function isIdentifying(type: string, field: string): 'name' | 'detail' | null {
	if (NAMES[type]?.includes(field)) return 'name';
	return DETAILS[type]?.includes(field) ? 'detail' : null;
}
