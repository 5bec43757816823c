/** Whether this person's phone has a next place to show: it then has its own place in the navigation. */
export const next = $state({ there: false })
