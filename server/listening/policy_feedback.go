package listening

import "heard/server/viewer"

// MayGiveFeedback says whether the viewer may answer the questionnaire about a contact:
// their own meeting or session that happened, as the service itself knows it. What the
// young person added is shown to nobody, so it never leads to a record with their name.
func MayGiveFeedback(v viewer.Viewer, c Contact) error {
	if err := MayAnswer(v, c); err != nil {
		return err
	}
	if c.Outcome != Happened || c.RecordedBy == c.YoungPersonID || c.Kind != KindMeeting && c.Kind != KindSession {
		return errNoContact
	}
	return nil
}

// MayExportFeedback says whether the viewer may read what was given to a service: at
// work, and only whoever leads it or a team of it.
func MayExportFeedback(v viewer.Viewer, leads bool) error {
	if viewer.AsStaff(v) != nil || !leads {
		return errNotFound
	}
	return nil
}
