-- +goose Up
-- Levels: a card goes from its audience to cover, the team on duty and the lead (docs/decisions).
ALTER TABLE card_events ADD COLUMN level INTEGER;      -- the level that is told from here on
ALTER TABLE card_events ADD COLUMN told TEXT;          -- the adult told because those before did not come
ALTER TABLE card_recipients ADD COLUMN level INTEGER NOT NULL DEFAULT 1;       -- 0: not told since the card was opened again
ALTER TABLE card_recipients ADD COLUMN on_duty BOOLEAN NOT NULL DEFAULT FALSE; -- was on duty when last told

-- +goose Down
ALTER TABLE card_recipients DROP COLUMN on_duty;
ALTER TABLE card_recipients DROP COLUMN level;
ALTER TABLE card_events DROP COLUMN told;
ALTER TABLE card_events DROP COLUMN level;
