// Package figures is the arithmetic of what Heard publishes: intervals, noise, periods, charts and their rules.
// Everything here is a pure function of its arguments; docs and tests name the published source of each rule.
package figures
