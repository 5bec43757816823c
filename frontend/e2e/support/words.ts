/**
 * What a young person may read once Heard has their card and nobody has pressed. Where the world's people have no phone
 * it is "Letting … know" for a moment only, so a test that waits for one of these alone passes by luck.
 */
export const heardHasIt = /Heard has it|Letting .* know|Can’t reach|No one has seen this yet/
