package people

import (
	"context"
	"slices"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Propose asks for a relation. It takes effect at once where the policy says so;
// otherwise it waits for a lead and gives no right.
func (s *Service) Propose(ctx context.Context, v viewer.Viewer, ask Ask) (Relation, error) {
	var made Relation
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		made, err = s.proposeTx(tx, v, ask)
		return err
	})
	return made, err
}

func (s *Service) proposeTx(tx *db.Tx, v viewer.Viewer, ask Ask) (Relation, error) {
	from, to, err := ask.Validate(tx.Now)
	if err != nil {
		return Relation{}, err
	}
	r := Relation{
		ID: db.NewID(), OrganisationID: v.OrganisationID, SubjectID: ask.SubjectID, Kind: ask.Kind,
		ObjectID: ask.ObjectID, ValidFrom: from, ValidTo: to, GrantedBy: v.AccountID,
		Reason: ask.Reason, CreatedAt: tx.Now,
	}
	if r.ObjectKind, err = objectKindTx(tx, v.OrganisationID, ask); err != nil {
		return Relation{}, err
	}
	a, err := authorityTx(tx, v, r)
	if err != nil {
		return Relation{}, err
	}
	if err := MayPropose(v, a, r); err != nil {
		return Relation{}, err
	}
	if err := s.fitSubject(tx, r); err != nil {
		return Relation{}, err
	}
	if there, err := overlappingTx(tx, r); err != nil || there {
		if err == nil {
			err = errs.New(errs.Conflict, "This relation is there already for that time.").With("there_already")
		}
		return Relation{}, err
	}
	action := "relation.propose"
	if AtOnce(a, r) {
		action = "relation.grant"
		r.ConfirmedBy, r.ConfirmedAt = v.AccountID, timePtr(tx.Now)
	}
	if err := insertRelation(tx, r); err != nil {
		return Relation{}, err
	}
	replanFor(tx, r)
	s.wakeAfter(tx, r)
	return r, note(tx, v, action, "relation", r.ID, youngPersonOf(r))
}

// objectKindTx finds what the ask points at, within the organisation.
func objectKindTx(tx *db.Tx, orgID string, ask Ask) (ObjectKind, error) {
	for _, kind := range rules[ask.Kind].objects {
		var err error
		switch kind {
		case ToYoungPerson:
			err = youngPersonExists(tx, orgID, ask.ObjectID)
		case ToTeam:
			_, err = teamTx(tx, orgID, ask.ObjectID)
		case ToService:
			var row serviceRow
			row, err = serviceTx(tx, orgID, ask.ObjectID)
			if err == nil && ask.Kind == PlacementOf && !ServiceKind(row.Kind).isPlace() {
				err = errNotFound // nobody moves to an office
			}
		case ToOrganisation:
			if err = nil; ask.ObjectID != orgID {
				err = errNotFound
			}
		}
		if err == nil || errs.CodeOf(err) != errs.NotFound {
			return kind, err
		}
	}
	return "", errNotFound
}

// fitSubject asks that the account is of the organisation, of the right kind and
// not suspended.
func (s *Service) fitSubject(tx *db.Tx, r Relation) error {
	account, err := s.book.AccountTx(tx, r.OrganisationID, r.SubjectID)
	if err != nil {
		return hidden(err)
	}
	if account.Kind != rules[r.Kind].subject {
		const sentence = "This account is of the wrong kind for this relation."
		return errs.New(errs.Invalid, sentence).Field("subjectId", sentence)
	}
	if account.Suspended {
		return errs.New(errs.Conflict, "This account is suspended.").With("suspended")
	}
	return nil
}

// Confirm lets a proposed relation take effect: a second person's word.
func (s *Service) Confirm(ctx context.Context, v viewer.Viewer, relationID string) (Relation, error) {
	var r Relation
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if r, err = relationTx(tx, v.OrganisationID, relationID); err != nil {
			return err
		}
		a, err := authorityTx(tx, v, r)
		if err != nil {
			return err
		}
		if err := MayConfirm(v, a, r); err != nil {
			return err
		}
		if state := r.StateAt(tx.Now); state != Proposed {
			return errs.New(errs.Conflict, "This doesn't wait for a lead any more.").With("stale")
		}
		if err := s.fitSubject(tx, r); err != nil {
			return err
		}
		if err := confirmRelation(tx, r, v.AccountID); err != nil {
			return err
		}
		r.ConfirmedBy, r.ConfirmedAt = v.AccountID, timePtr(tx.Now)
		replanFor(tx, r)
		s.wakeAfter(tx, r)
		return note(tx, v, "relation.confirm", "relation", r.ID, youngPersonOf(r))
	})
	return r, err
}

// End ends a relation, or declines one that is only proposed, and takes back in
// the same transaction what hung on it.
func (s *Service) End(ctx context.Context, v viewer.Viewer, relationID, reason string) error {
	reason, err := cleanReason(reason, true)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		r, err := relationTx(tx, v.OrganisationID, relationID)
		if err != nil {
			return err
		}
		a, err := authorityTx(tx, v, r)
		if err != nil {
			return err
		}
		if err := MayEnd(v, a, r); err != nil {
			return err
		}
		if err := s.endTx(tx, v, r, reason); err != nil {
			return err
		}
		return note(tx, v, "relation.end", "relation", r.ID, youngPersonOf(r))
	})
}

func (s *Service) endTx(tx *db.Tx, v viewer.Viewer, r Relation, reason string) error {
	if r.Kind == AdminOf {
		if err := notLastAdmin(tx, r); err != nil {
			return err
		}
	}
	if err := endRelation(tx, r, v.AccountID, reason); err != nil {
		return err
	}
	replanFor(tx, r)
	s.wakeAfter(tx, r)
	if r.Kind == ServedBy || r.Kind == BuddyOf {
		return nil // a young person's own way in hangs on no relation
	}
	return s.leaveTx(tx, r.OrganisationID, r.SubjectID)
}

// leaveTx takes back an account's devices and streams once no relation of theirs
// is in force. Whoever has a shift ahead keeps them: the test push before it has
// to reach them.
func (s *Service) leaveTx(tx *db.Tx, orgID, accountID string) error {
	left, err := inForceTx(tx, orgID, accountID)
	if err != nil || slices.ContainsFunc(left, func(l Relation) bool { return l.Kind != BreakGlass }) {
		return err // broken glass keeps nobody: it is worth nothing by itself
	}
	if ahead, err := hasShiftAheadTx(tx, orgID, accountID); err != nil || ahead {
		return err
	}
	for _, e := range s.enders {
		if err := e.EndAccessTx(tx, accountID); err != nil {
			return err
		}
	}
	return nil
}

// replanFor has the rota's plans looked at again where a relation may change who
// is at the last level: whether nobody is there is a notice.
func replanFor(tx *db.Tx, r Relation) {
	if r.Kind == LeadOf || r.Kind == SafeguardingOf {
		tx.BeforeCommit(func() error { return replan(tx, r.OrganisationID) })
	}
}

// notLastAdmin keeps an organisation from locking itself out.
func notLastAdmin(tx *db.Tx, r Relation) error {
	admins, err := relationsTx(tx, r.OrganisationID, filter{objectID: r.OrganisationID, kind: AdminOf})
	if err != nil {
		return err
	}
	others := slices.ContainsFunc(admins, func(o Relation) bool {
		return o.SubjectID != r.SubjectID && o.StateAt(tx.Now) == Current
	})
	if !others {
		return errs.New(errs.Conflict, "This is the only administrator. Name another one first.").With("last_admin")
	}
	return nil
}

// proposedTx lists the proposals the viewer may confirm.
func (s *Service) proposedTx(tx *db.Tx, v viewer.Viewer) ([]Relation, error) {
	c, err := chartTx(tx, v)
	if err != nil || !c.leadsAnything() {
		return nil, err
	}
	list, err := relationsTx(tx, v.OrganisationID, filter{proposed: true})
	if err != nil {
		return nil, err
	}
	if err := c.prepare(list); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(r Relation) bool { return MayConfirm(v, c.authority(r), r) != nil }), nil
}

// youngPersonOf gives the young person a relation is about, if any.
func youngPersonOf(r Relation) string {
	switch {
	case r.ObjectKind == ToYoungPerson:
		return r.ObjectID
	case r.Kind == ServedBy:
		return r.SubjectID
	}
	return ""
}

// wakeAfter tells the screens of those concerned, once it is durable.
func (s *Service) wakeAfter(tx *db.Tx, r Relation) {
	ids := []string{r.SubjectID}
	if id := youngPersonOf(r); id != "" && id != r.SubjectID {
		ids = append(ids, id)
	}
	tx.AfterCommit(func() { s.wake(ids...) })
}

// note appends to the audit chain: ids and actions. Words stay in the rows they
// belong to, so that erasing those leaves the chain whole.
func note(tx *db.Tx, v viewer.Viewer, action, kind, id, about string) error {
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action,
		ObjectKind: kind, ObjectID: id, SubjectID: about,
	})
}
