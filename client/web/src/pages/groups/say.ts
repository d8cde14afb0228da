import { useOwnWords } from '../../kit/language';
import { groupWords } from './words';

export const useGroupWords = () => useOwnWords(groupWords);
