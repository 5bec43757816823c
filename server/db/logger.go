package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const slowQuery = 200 * time.Millisecond

// gorm's Scan and Row record a statement with a logger of gorm's own before ours is asked, and that one puts the values in
// unless it is told not to, here and for the whole process.
func init() {
	logger.RecorderParamsFilter = queryLog{}.ParamsFilter
}

// queryLog logs statements that fail or are slow, with placeholders where the
// values were. gorm's own messages may carry values: only their fixed part is kept.
type queryLog struct{ log *slog.Logger }

// LogMode keeps the one mode there is.
func (q queryLog) LogMode(logger.LogLevel) logger.Interface { return q }

// Info drops gorm's remarks.
func (queryLog) Info(context.Context, string, ...any) {}

// Warn logs the fixed part of a warning.
func (q queryLog) Warn(ctx context.Context, msg string, _ ...any) {
	q.log.WarnContext(ctx, "gorm: "+msg)
}

// Error logs the fixed part of an error.
func (q queryLog) Error(ctx context.Context, msg string, _ ...any) {
	q.log.ErrorContext(ctx, "gorm: "+msg)
}

// Trace logs one statement.
func (q queryLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	took := time.Since(begin)
	expected := err == nil || errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, gorm.ErrDuplicatedKey) ||
		errors.Is(err, context.Canceled)
	if expected && took < slowQuery {
		return
	}
	sql, rows := fc()
	args := []any{"sql", sql, "rows", rows, "ms", took.Milliseconds()}
	if expected {
		q.log.WarnContext(ctx, "slow statement", args...)
		return
	}
	text, _, _ := classify(err)
	q.log.ErrorContext(ctx, "statement failed", append(args, "error", text)...)
}

// ParamsFilter takes the values out before gorm builds the text of a statement.
func (queryLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
