-- +goose Up
-- "Do you feel settled here?" on the 28th day after a move counts like any other answer (see 0061).
ALTER TABLE answers DROP CONSTRAINT answers_question_check;
ALTER TABLE answers ADD CONSTRAINT answers_question_check CHECK (question IN ('listened', 'serious', 'say', 'family_listened', 'settled'));

-- +goose Down
DELETE FROM answers WHERE question = 'settled';
ALTER TABLE answers DROP CONSTRAINT answers_question_check;
ALTER TABLE answers ADD CONSTRAINT answers_question_check CHECK (question IN ('listened', 'serious', 'say', 'family_listened'));
