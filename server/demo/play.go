package demo

import (
	"context"
	"time"

	"heard/server/feelings"
	"heard/server/people"
)

// play acts the script, one step after the other, on the turned-back clock.
func (s *Service) play(ctx context.Context, c *cast, steps []step) error {
	for _, st := range steps {
		s.c.Clock.set(st.at)
		if err := s.act(ctx, c, st); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) act(ctx context.Context, c *cast, st step) error {
	f := s.c.Feelings
	switch st.do {
	case taps:
		st.scene.tap.TappedAt = st.at.Format(time.RFC3339)
		receipt, err := f.Tap(ctx, st.scene.young, st.scene.tap)
		st.scene.id, st.scene.version = receipt.ID, receipt.Version
		return err
	case opensInbox:
		return f.InboxOpen(ctx, st.by)
	case promisePasses:
		_, err := f.DueOnce(ctx)
		return err
	case proposes:
		return s.relate(ctx, st.by, c.id("grace"), people.KeyworkerOf, c.id("tia"), "Social worker, to be her keyworker too")
	}
	view, err := s.press(ctx, st)
	st.scene.version = view.Version
	return err
}

// press is what somebody does on a card's page.
func (s *Service) press(ctx context.Context, st step) (feelings.View, error) {
	f, v, id, version := s.c.Feelings, st.by, st.scene.id, st.scene.version
	answer := func(a feelings.Answer) (feelings.View, error) { return f.Answer(ctx, v, id, version, a) }
	switch st.do {
	case looks:
		return f.StaffPage(ctx, v, id)
	case sees:
		return f.Seen(ctx, v, id, version)
	case promisesToCome:
		return answer(feelings.Answer{Kind: feelings.AnswerComingAt, At: st.at.Add(st.in)})
	case promisesToSit:
		return answer(feelings.Answer{Kind: feelings.AnswerSitWithYou, At: st.at.Add(st.in)})
	case promisesToTalk:
		return answer(feelings.Answer{Kind: feelings.AnswerTalkAfter, At: st.at.Add(st.in)})
	case writes:
		return answer(feelings.Answer{Kind: feelings.AnswerOwnWords, Words: st.words})
	case handsOver:
		return answer(feelings.Answer{Kind: feelings.AnswerHandOver, To: st.to})
	case isHere:
		return f.Here(ctx, v, id, version)
	case met:
		return f.Met(ctx, v, id, version)
	case saysYes:
		return f.Check(ctx, v, id, version, "yes")
	case saysNotYet:
		return f.Check(ctx, v, id, version, "not_yet")
	case withdraws:
		return f.Withdraw(ctx, v, id, version)
	default:
		helped := true
		return f.Close(ctx, v, id, version, &helped)
	}
}
