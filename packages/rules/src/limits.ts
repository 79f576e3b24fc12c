/**
 * How large a rule may be. A rule is written by a person; what is beyond these numbers was made by a mistake or
 * by somebody who wants to hurt, and is refused when it is saved. Depth is bounded because everything here
 * recurses; numbers of nodes because a rule runs for every event.
 */

/** Groups and `$not` inside each other. */
export const MAX_CONDITION_DEPTH = 20;
/** Comparisons and groups of one condition: each may search through a megabyte of text, for every event. */
export const MAX_CONDITION_NODES = 200;
/** Entries of one `$in`, `$nin`, `$changedFrom` or `$changedTo`. */
export const MAX_LIST_ENTRIES = 1_000;
/** A text that is compared with. */
export const MAX_OPERAND_CHARACTERS = 10_000;

export const MAX_PATH_CHARACTERS = 500;
export const MAX_PATH_STEPS = 20;

/** Objects and lists inside each other, in an action's input. */
export const MAX_MAPPING_DEPTH = 20;
/** Values of one input, those inside objects and lists counted. */
export const MAX_MAPPING_NODES = 5_000;

export const MAX_TEMPLATE_CHARACTERS = 20_000;
/** `{{ … }}` in one template. */
export const MAX_TEMPLATE_OUTPUTS = 500;
/** Filters behind one value. */
export const MAX_FILTERS = 20;
/** Arguments of one filter. */
export const MAX_ARGUMENTS = 5;

/**
 * What one input may take from an event and put through filters, all together. Without it ten thousand references
 * to one large field would be gigabytes.
 */
export const MAX_MAPPED_CHARACTERS = 8_388_608;
/** What one template may produce; an event's body is at most 1 MiB. */
export const MAX_TEXT_CHARACTERS = 1_048_576;
/** Deeper values of an event are not copied into an input; `readJson` of @stellwerk/events refuses them earlier. */
export const MAX_VALUE_DEPTH = 100;
