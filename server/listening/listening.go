// Package listening carries the question "Did you feel listened to?": contacts,
// at most one prompt after them, and the answer. What is counted, what a young
// person keeps for themselves and what they tell somebody are three things, and
// nothing leads from one to another.
package listening
