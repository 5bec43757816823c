-- +goose Up
-- The job that publishes looks for the cards of a month or a quarter; without this it reads every card there is.
CREATE INDEX cards_by_arrival ON cards (organisation_id, received_at);

-- +goose Down
DROP INDEX cards_by_arrival;
