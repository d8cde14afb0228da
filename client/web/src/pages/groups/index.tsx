// Group work: the list, one group with its attendance, and a new one.
export { GroupPage } from './group';
export { GroupsPage } from './list';
export { NewGroupPage } from './new';
