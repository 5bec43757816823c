// Long because this is the one table of all routes: who may call each is read in one place.

package app

import (
	"heard/server/accounts"
	"heard/server/listening"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/viewer"
	"heard/server/web"
)

// routes is the route table: every route of the API with its policy on its line.
// What needs the object itself is asked in the use case, in the transaction that reads it.
func (a *App) routes() {
	a.youngRoutes(a.Web.Place(viewer.Young))
	a.workRoutes(a.Web.Place(viewer.Work))
	a.adminRoutes(a.Web.Place(viewer.Admin))
	a.insightRoutes(a.Web.Place(viewer.Insight))
	web.POST(a.Web.Open(), "/sealed", web.Public(), a.Outbox.Handlers().PostSealed, "A card that waited on a phone; its ticket says whose",
		web.OwnReading, web.Large(1<<20))
	web.POST(a.Web.Open(), "/notify/callback", web.Public(), a.Notify.Handlers().HearReport,
		"What became of a text message; its token says who reports", web.OwnReading)
	a.placeRoutes(a.Web.Place(viewer.Young), a.Web.Place(viewer.Work))
	a.fileRoutes(a.Web.Place(viewer.Work))
	a.familyRoutes(a.Web.Open())
	a.figureRoutes(a.Web.Open())
	if a.Demo != nil {
		a.demoRoutes(a.Web.Open())
	}
}

func (a *App) youngRoutes(g *web.Group) {
	h, p, f := a.accountHandlers(viewer.Young), people.NewHandlers(a.People), a.Feelings.Handlers()
	web.GET(g, "/session", web.Public(), h.GetSession, "Who is signed in here")
	web.POST(g, "/join", web.Public(), h.PostJoin, "Open this device with a code")
	web.POST(g, "/sign-out", web.Public(), h.PostSignOut, "Sign out of this device")
	web.GET(g, "/shared", web.Public(), h.GetShared, "The pictures on a shared tablet")
	web.POST(g, "/shared/pick", web.Public(), h.PostPick, "Pick a picture on a shared tablet")
	web.POST(g, "/shared/leave", web.Public(), h.PostLeave, "Give a shared tablet back")
	web.POST(g, "/lock-setup", viewer.AsYoungSettingLock, h.PostLockSetup, "Set the lock")
	web.DELETE(g, "/lock-setup", viewer.AsYoungReading, h.DeleteLockSetup, "Take the lock away")
	web.POST(g, "/lock", viewer.AsYoung, h.PostLock, "Lock reading")
	web.POST(g, "/unlock", viewer.AsYoung, h.PostUnlock, "Unlock reading")
	web.GET(g, "/devices", viewer.AsYoungReading, h.GetDevices, "My devices")
	web.POST(g, "/devices/{id}/approve", viewer.AsYoungReading, h.ApproveDevice, "Let a device read")
	web.DELETE(g, "/devices/{id}", viewer.AsYoungReading, h.DeleteDevice, "End a device")

	web.GET(g, "/people", viewer.AsYoung, p.GetPeople, "My people")
	web.GET(g, "/looked", viewer.AsYoungReading, p.GetLooked, "Who looked at my things")

	web.POST(g, "/cards", viewer.AsYoung, f.Tap, "Send or keep a card", web.OwnReading)
	web.GET(g, "/cards", viewer.AsYoungReading, f.Mine, "My cards")
	web.GET(g, "/cards/{id}", viewer.AsYoungReading, f.Page, "One of my cards")
	web.GET(g, "/cards/{id}/status", viewer.AsYoung, f.Status, "Where a card sent from here stands, without its words")
	web.POST(g, "/cards/{id}/withdraw", viewer.AsYoung, f.Withdraw, "Take a card back")
	web.POST(g, "/cards/{id}/close", viewer.AsYoungReading, f.Close, "Say a card is sorted")
	web.POST(g, "/cards/{id}/reopen", viewer.AsYoungReading, f.Reopen, "Open a card again")
	web.POST(g, "/cards/{id}/check", viewer.AsYoungReading, f.Check, "Say whether you talked")
	web.SSE(g, "/live", viewer.AsYoung, a.Feelings.Live(a.Hub), "What changes, as it changes")

	web.GET(g, "/listened", viewer.AsYoung, a.Listening.Handlers().Listened, "Did I feel listened to: what I am asked and what I answered")
	web.GET(g, "/listened/{id}/voice", viewer.AsYoungReading, a.Listening.Handlers().GetMyVoice, "The voice of an answer of mine")

	web.GET(g, "/feedback", viewer.AsYoungReading, a.Listening.Handlers().GetQuestions, "Four questions of a service, answered with my name")

	web.GET(g, "/you-said", viewer.AsYoungReading, a.Reports.Handlers().GetYouSaid, "What was said, and what was done about it")

	o := a.Outbox.Handlers()
	web.POST(g, "/tickets", viewer.AsYoung, o.PostTickets, "Tickets for cards that will wait on this phone")
	web.GET(g, "/refused", viewer.AsYoungReading, o.GetRefused, "Cards of mine that could not be taken")
}

func (a *App) workRoutes(g *web.Group) {
	h, p, n, f := a.accountHandlers(viewer.Work), people.NewHandlers(a.People), a.Notify.Handlers(), a.Feelings.Handlers()
	a.staffDoor(g, h, viewer.AsStaff)

	web.GET(g, "/inbox", viewer.AsStaff, f.Inbox, "Cards that wait for somebody")
	web.GET(g, "/answered", viewer.AsStaff, f.Answered, "How cards are answered where I lead")
	web.GET(g, "/cards/{id}", viewer.AsStaff, f.StaffPage, "One card")
	web.GET(g, "/open/{alertId}", viewer.AsStaff, f.Open, "What a notification points at")
	web.POST(g, "/cards/{id}/seen", viewer.AsStaff, f.Seen, "I've seen this")
	web.POST(g, "/cards/{id}/answer", viewer.AsStaff, f.Answer, "Answer a card")
	web.POST(g, "/cards/{id}/here", viewer.AsStaff, f.Here, "I'm with them")
	web.POST(g, "/cards/{id}/met", viewer.AsStaff, f.Met, "We talked")
	web.POST(g, "/cards/{id}/close", viewer.AsStaff, f.CloseFor, "Close a card with a reason")
	web.POST(g, "/cards/{id}/checked-on", viewer.AsStaff, f.CheckedOn, "I checked on them")
	web.SSE(g, "/live", viewer.AsStaff, a.Feelings.Live(a.Hub), "What changes, as it changes")

	web.GET(g, "/young-people", viewer.AsStaff, p.GetMyYoungPeople, "My young people")
	web.GET(g, "/young-people/{id}/cards", viewer.AsStaff, f.Look, "A young person's cards, for whoever may open them")
	web.POST(g, "/young-people/{id}/join-code", viewer.AsStaff, h.PostJoinCode, "A code for a young person's device")
	web.GET(g, "/colleagues", viewer.AsStaff, p.GetColleagues, "Staff a relation can be given to")
	web.GET(g, "/relations", viewer.AsStaff, p.GetRelationsOf, "Relations of a young person")
	web.POST(g, "/relations", viewer.AsStaff, p.PostRelation, "Give a relation in my team")
	web.GET(g, "/relations/proposed", viewer.AsStaff, p.GetProposed, "Relations that wait for a lead")
	web.POST(g, "/relations/{id}/confirm", viewer.AsStaff, p.ConfirmRelation, "Confirm a relation")
	web.POST(g, "/relations/{id}/end", viewer.AsStaff, p.EndRelation, "End a relation")
	web.POST(g, "/break-glass", viewer.AsStaff, p.PostBreakGlass, "Open a young person's cards for an hour, with a reason")

	l := a.Listening.Handlers()
	web.GET(g, "/contacts", viewer.AsStaff, l.GetContacts, "My contacts")
	web.POST(g, "/contacts", viewer.AsStaff, l.PostContact, "Record a contact")
	web.POST(g, "/contacts/{id}/family-link", viewer.AsStaff, l.PostFamilyLink, "A link for a family to answer by, once")
	web.GET(g, "/told", viewer.AsStaff, l.GetTold, "What young people chose to tell me")
	web.GET(g, "/told/{id}/voice", viewer.AsStaff, l.GetToldVoice, "The voice of what a young person chose to tell me")
	web.GET(g, "/told/waiting", viewer.AsStaff, l.GetToldWaiting, "How much of that I haven't read")

	a.feedbackRoutes(g, l, viewer.AsStaff)
	web.POST(g, "/services/{id}/session-feedback/export", viewer.AsStaff, l.PostFeedbackExport, "What young people gave to a service that I lead, with their names")

	web.GET(g, "/duty", viewer.AsStaff, p.GetDuty, "Whether I am on duty")
	web.POST(g, "/duty/ask", viewer.AsStaff, p.PostDutyAsk, "Send me the test push of my shift")
	a.rotaRoutes(g, p, viewer.AsStaff)

	web.GET(g, "/push", notify.MayUsePush, n.List, "My push subscriptions and their health")
	web.POST(g, "/push/subscriptions", notify.MayUsePush, n.Subscribe, "Subscribe this device")
	web.DELETE(g, "/push/subscriptions/{id}", notify.MayUsePush, n.Unsubscribe, "Unsubscribe a device")
	web.POST(g, "/push/subscriptions/{id}/test", notify.MayUsePush, n.SendTest, "Send a test push")
	web.POST(g, "/push/tests/{id}/answer", notify.MayUsePush, n.AnswerTest, "The test push arrived")
	web.GET(g, "/channels", notify.MayUsePush, n.ListChannels, "How else I can be told")
	web.POST(g, "/channels", notify.MayUsePush, n.AddChannel, "Add an address and send a code to it")
	web.POST(g, "/channels/{id}/verify", notify.MayUsePush, n.VerifyChannel, "Give the code back")
	web.DELETE(g, "/channels/{id}", notify.MayUsePush, n.RemoveChannel, "Remove an address")
}

func (a *App) adminRoutes(g *web.Group) {
	h, p := a.accountHandlers(viewer.Admin), people.NewHandlers(a.People)
	a.staffDoor(g, h, viewer.AsAdmin)

	web.GET(g, "/services", viewer.AsAdmin, p.GetServices, "Services")
	web.POST(g, "/services", viewer.AsAdmin, p.PostService, "Make a service")
	web.POST(g, "/services/{id}", viewer.AsAdmin, p.RenameService, "Rename a service")
	web.GET(g, "/teams", viewer.AsAdmin, p.GetTeams, "Teams")
	web.POST(g, "/teams", viewer.AsAdmin, p.PostTeam, "Make a team")
	web.GET(g, "/staff", viewer.AsAdmin, p.GetStaff, "Staff")
	web.POST(g, "/staff", viewer.AsAdmin, p.PostStaff, "Make a staff account")
	web.PUT(g, "/staff/{id}", viewer.AsAdmin, p.PutStaff, "Change a staff account")
	web.POST(g, "/staff/{id}/invitation", viewer.AsAdmin, p.PostInvitation, "Make a new invitation link")
	web.POST(g, "/staff/{id}/suspend", viewer.AsAdmin, p.SuspendStaff, "Suspend a staff account")
	web.POST(g, "/staff/{id}/restore", viewer.AsAdmin, p.RestoreStaff, "Restore a staff account")
	web.GET(g, "/young-people", viewer.AsAdmin, p.GetYoungPeople, "Young people")
	web.POST(g, "/young-people", viewer.AsAdmin, p.PostYoungPerson, "Make a young person's account")
	web.PUT(g, "/young-people/{id}", viewer.AsAdmin, p.PutYoungPerson, "Change a young person's account")
	web.POST(g, "/young-people/{id}/join-code", viewer.AsAdmin, h.PostJoinCode, "A code for a young person's device")
	web.POST(g, "/young-people/{id}/suspend", viewer.AsAdmin, p.SuspendYoungPerson, "Suspend a young person's account")
	web.POST(g, "/young-people/{id}/restore", viewer.AsAdmin, p.RestoreYoungPerson, "Restore a young person's account")
	web.GET(g, "/relations", viewer.AsAdmin, p.GetRelations, "Relations")
	web.POST(g, "/relations", viewer.AsAdmin, p.PostRelation, "Propose a relation")
	web.POST(g, "/relations/{id}/end", viewer.AsAdmin, p.EndRelation, "End a relation")
	a.rotaRoutes(g, p, viewer.AsAdmin)
	a.feedbackRoutes(g, a.Listening.Handlers(), viewer.AsAdmin)
	web.GET(g, "/organisation", viewer.AsAdmin, p.GetOrganisation, "The organisation")
	web.PUT(g, "/organisation", viewer.AsAdmin, p.PutOrganisation, "Change the organisation")
}

func (a *App) insightRoutes(g *web.Group) {
	a.staffDoor(g, a.accountHandlers(viewer.Insight), viewer.AsInsight)

	r := a.Reports.Handlers()
	web.GET(g, "/overview", viewer.AsInsight, r.GetOverview, "What has been published")
	web.GET(g, "/series", viewer.AsInsight, r.GetSeries, "A measure over time")
	web.GET(g, "/compare", viewer.AsInsight, r.GetCompare, "A measure side by side")
	web.PUT(g, "/releases/{number}/note", viewer.AsInsight, r.PutNote, "What was done about it")
	web.PUT(g, "/targets", viewer.AsInsight, r.PutTarget, "Set a measure's target")

	e := a.Exports.Handlers()
	web.GET(g, "/export.csv", viewer.AsInsight, e.GetCSV, "Published figures as CSV")
	web.GET(g, "/export.xlsx", viewer.AsInsight, e.GetXLSX, "Published figures as an Excel workbook")
	web.GET(g, "/report.html", viewer.AsInsight, e.GetReport, "Published figures as a page to print")
	web.GET(g, "/measure-report.json", viewer.AsInsight, e.GetMeasureReport, "A measure as a FHIR R4 MeasureReport")
	web.GET(g, "/tokens", viewer.AsInsight, e.GetTokens, "Tokens for programs")
	web.POST(g, "/tokens", viewer.AsInsight, e.PostToken, "Make a token for a program")
	web.DELETE(g, "/tokens/{id}", viewer.AsInsight, e.DeleteToken, "End a token")
	web.GET(g, "/webhooks", viewer.AsInsight, e.GetWebhooks, "Addresses that are told of releases")
	web.POST(g, "/webhooks", viewer.AsInsight, e.PostWebhook, "Add an address to tell of releases")
	web.DELETE(g, "/webhooks/{id}", viewer.AsInsight, e.DeleteWebhook, "Take an address away")
	web.GET(g, "/subscription", viewer.AsInsight, e.GetSubscription, "Whether I am told of releases by e-mail")
	web.POST(g, "/subscription", viewer.AsInsight, e.PostSubscription, "Tell me of releases by e-mail")
	web.DELETE(g, "/subscription", viewer.AsInsight, e.DeleteSubscription, "Tell me of no more releases")

	n := a.Notify.Handlers()
	web.GET(g, "/channels", viewer.AsInsight, n.ListChannels, "Where I can be told")
	web.POST(g, "/channels", viewer.AsInsight, n.AddChannel, "Add an address and send a code to it")
	web.POST(g, "/channels/{id}/verify", viewer.AsInsight, n.VerifyChannel, "Give the code back")
	web.DELETE(g, "/channels/{id}", viewer.AsInsight, n.RemoveChannel, "Remove an address")
}

// placeRoutes is the next place: moves there for the young person and for the adults around them.
func (a *App) placeRoutes(young, work *web.Group) {
	p := a.Placements.Handlers()
	web.GET(young, "/next-place", viewer.AsYoungReading, p.GetNextPlace, "The move that is before me")
	web.GET(young, "/next-place/off", viewer.AsYoungReading, p.GetNextPlaceOff, "That I am not going where I was told")
	web.POST(young, "/next-place/choice", viewer.AsYoungReading, p.PostChoice, "Whether I want to look at my next place")

	web.GET(young, "/next-place/files/{file}/{name}", viewer.AsYoungReading, p.GetMyFile, "A picture or paper of my next place, or of my things")
	web.GET(young, "/next-place/pack", viewer.AsYoungReading, p.GetMyPack, "What my next place tells of itself")

	web.GET(young, "/buddy", viewer.AsYoungReading, p.GetBuddy, "Whether I am somebody's buddy")

	web.GET(work, "/moves/{id}/buddies", viewer.AsStaff, p.GetCandidates, "Who could be a buddy for whoever moves here")
	web.POST(work, "/moves/{id}/buddy", viewer.AsStaff, p.PostBuddy, "Ask a young person of the place to be a buddy")
	web.POST(work, "/moves/{id}/buddy/agree", viewer.AsStaff, p.PostBuddyAgree, "Agree to a buddy, for the young person's side")
	web.POST(work, "/moves/{id}/buddy/end", viewer.AsStaff, p.PostBuddyEnd, "End two young people's buddying")

	web.GET(work, "/places", viewer.AsStaff, p.GetPlaces, "Places whose packs I write or check")
	web.GET(work, "/places/{service}/pack", viewer.AsStaff, p.GetPack, "A place's pack as it is being written")
	web.PUT(work, "/places/{service}/pack", viewer.AsStaff, p.PutPack, "Save a place's pack", web.OwnReading)
	web.POST(work, "/places/{service}/ready", viewer.AsStaff, p.PostReady, "Say that a pack can be checked")
	web.POST(work, "/places/{service}/back", viewer.AsStaff, p.PostBack, "Give a pack back with what has to change")
	web.POST(work, "/places/{service}/publish", viewer.AsStaff, p.PostPublish, "Publish what a second person has checked")
	web.GET(work, "/places/{service}/photos", viewer.AsStaff, p.GetPublishedPhotos, "Photos of a place that somebody may be looking at")
	web.POST(work, "/places/{service}/files/{file}/withdraw", viewer.AsStaff, p.PostWithdraw, "Take a photo of a place away at once")
	web.GET(work, "/places/{service}/files/{file}/{name}", viewer.AsStaff, p.GetPlaceFile, "A picture or paper of a place")
	web.GET(work, "/moves/{id}/files/{file}/{name}", viewer.AsStaff, p.GetMoveFile, "A picture or paper of a move")
	web.GET(work, "/moves/{id}/booklet", viewer.AsStaff, p.GetBooklet, "What the place of a move tells of itself")

	web.GET(work, "/moves", viewer.AsStaff, p.GetMoves, "Moves I have to do with, what is late on top")
	web.POST(work, "/moves", viewer.AsStaff, p.PostMove, "Make a move for a young person")
	web.GET(work, "/moves/{id}", viewer.AsStaff, p.GetMove, "One move")
	web.PUT(work, "/moves/{id}", viewer.AsStaff, p.PutMove, "Change what is said of a move")
	web.POST(work, "/moves/{id}/tell", viewer.AsStaff, p.PostTell, "Tell a young person of their move")
	web.POST(work, "/moves/{id}/show", viewer.AsStaff, p.PostShow, "Show the place's pages to whoever was told without")
	web.POST(work, "/moves/{id}/arrived", viewer.AsStaff, p.PostArrived, "Say that a young person is there")
	web.PUT(work, "/moves/{id}/arrived", viewer.AsStaff, p.PutArrived, "Say when a young person came, if it was written down wrongly")
	web.DELETE(work, "/moves/{id}/arrived", viewer.AsStaff, p.DeleteArrived, "Say that a young person isn't there yet after all")
	web.POST(work, "/moves/{id}/end", viewer.AsStaff, p.PostEndMove, "Say that a young person isn't going there after all")
	web.POST(work, "/moves/{id}/questions/{question}", viewer.AsStaff, p.PostAnswer, "Answer a young person's question")
	web.POST(work, "/moves/{id}/visits", viewer.AsStaff, p.PostVisit, "Offer a visit")
	web.PUT(work, "/moves/{id}/visits/{visit}", viewer.AsStaff, p.PutVisit, "Say what becomes of a visit")
	web.POST(work, "/moves/{id}/reviews/{day}/read", viewer.AsStaff, p.PostReviewRead, "I've read how a move went")
	web.POST(work, "/moves/{id}/reviews/{day}/longer", viewer.AsStaff, p.PostLonger, "Say when a young person has the time with somebody they asked for")
	web.PUT(work, "/moves/{id}/journey", viewer.AsStaff, p.PutJourney, "Plan the way there")
	web.POST(work, "/moves/{id}/choices/{key}", viewer.AsStaff, p.PostWish, "Answer what a young person wished for the way")
	web.POST(work, "/moves/{id}/bag", viewer.AsStaff, p.PostBag, "Write down something that goes along")
	web.PUT(work, "/moves/{id}/bag/{item}", viewer.AsStaff, p.PutBag, "Say that something is packed, came or is missing")
}

// fileRoutes take files in, piece by piece. For whom somebody may, is asked at every piece.
func (a *App) fileRoutes(g *web.Group) {
	f := a.Files.Handlers()
	web.POST(g, "/uploads", viewer.AsStaff, f.PostUpload, "Announce a file")
	web.PUT(g, "/uploads/{id}/{offset}", viewer.AsStaff, f.PutPiece, "The next piece of a file", web.OwnReading, web.Large(300<<10))
	web.GET(g, "/uploads/{id}", viewer.AsStaff, f.GetUpload, "How far an upload is")
	web.DELETE(g, "/uploads/{id}", viewer.AsStaff, f.DeleteUpload, "End an upload")
}

// familyRoutes are for families and carers, who have no account: public on their
// lines, because the token of a link says what it opens.
func (a *App) familyRoutes(g *web.Group) {
	l := a.Listening.Handlers()
	web.POST(g, "/family/open", web.Public(), l.PostFamilyOpen, "What a family is asked")
	web.POST(g, "/family/answer", web.Public(), l.PostFamilyAnswer, "A family's answer, which ends the link")
}

// figureRoutes is the open API: public on its line, because the token in the request says who asks.
func (a *App) figureRoutes(g *web.Group) {
	e := a.Exports.Handlers()
	web.GET(g, "/figures/v1/overview", web.Public(), e.TokenOverview, "What has been published, with a token")
	web.GET(g, "/figures/v1/series", web.Public(), e.TokenSeries, "A measure over time, with a token")
	web.GET(g, "/figures/v1/compare", web.Public(), e.TokenCompare, "A measure side by side, with a token")
	web.GET(g, "/figures/v1/measure-report", web.Public(), e.TokenMeasureReport, "A FHIR R4 MeasureReport, with a token")
}

// rotaRoutes is the rota, the same for leads at work and for administrators.
func (a *App) rotaRoutes(g *web.Group, p *people.Handlers, signedIn web.Policy) {
	web.GET(g, "/rota", signedIn, p.GetRota, "A team's rota")
	web.POST(g, "/rota/shifts", signedIn, p.PostShift, "Add a shift")
	web.PUT(g, "/rota/shifts/{id}", signedIn, p.PutShift, "Change a shift from now on")
	web.DELETE(g, "/rota/shifts/{id}", signedIn, p.DeleteShift, "Take a shift out of the rota")
	web.PUT(g, "/rota/shifts/{id}/exceptions/{date}", signedIn, p.PutException, "Make one date of a shift different")
	web.DELETE(g, "/rota/shifts/{id}/exceptions/{date}", signedIn, p.DeleteException, "Make a date as the shift says again")
	web.GET(g, "/notices", signedIn, p.GetNotices, "Open notices of what I lead")
	web.GET(g, "/services/{id}/limits", signedIn, p.GetLimits, "How long each level of a service has")
	web.PUT(g, "/services/{id}/limits", signedIn, p.PutLimits, "Set how long each level of a service has")
}

// feedbackRoutes is where a service's own questionnaire is switched on, the same for leads at work and for administrators.
func (a *App) feedbackRoutes(g *web.Group, l *listening.Handlers, signedIn web.Policy) {
	web.GET(g, "/session-feedback", signedIn, l.GetFeedbackServices, "Where the Session Feedback Questionnaire is switched on")
	web.PUT(g, "/services/{id}/session-feedback", signedIn, l.PutFeedback, "Switch the Session Feedback Questionnaire on or off")
}

// staffDoor is the way in for those who sign in with a passkey, the same at work, for administrators and at insight.
func (a *App) staffDoor(g *web.Group, h *accounts.Handlers, signedIn web.Policy) {
	web.GET(g, "/session", web.Public(), h.GetSession, "Who is signed in here")
	web.POST(g, "/invite/begin", web.Public(), h.BeginInvite, "Open an invitation")
	web.POST(g, "/invite/finish", web.Public(), h.FinishInvite, "Accept an invitation with a passkey")
	web.POST(g, "/sign-in/begin", web.Public(), h.BeginSignIn, "Ask for a passkey")
	web.POST(g, "/sign-in/finish", web.Public(), h.FinishSignIn, "Sign in with a passkey")
	web.POST(g, "/sign-out", web.Public(), h.PostSignOut, "Sign out")
	web.GET(g, "/passkeys", signedIn, h.GetPasskeys, "My passkeys")
	web.POST(g, "/passkeys/begin", signedIn, h.BeginPasskey, "Add a passkey: begin")
	web.POST(g, "/passkeys/finish", signedIn, h.FinishPasskey, "Add a passkey: finish")
	web.DELETE(g, "/passkeys/{id}", signedIn, h.DeletePasskey, "End a passkey")
	web.GET(g, "/devices", signedIn, h.GetDevices, "My devices")
	web.DELETE(g, "/devices/{id}", signedIn, h.DeleteDevice, "End a device")
}

func (a *App) demoRoutes(g *web.Group) {
	h := a.Demo.Handlers()
	web.GET(g, "/demo", web.Public(), h.GetDoors, "The demo's doors")
	web.POST(g, "/demo/enter", web.Public(), h.PostEnter, "Go through a door of the demo")
}

func (a *App) accountHandlers(place viewer.Place) *accounts.Handlers {
	return a.Accounts.Handlers(place, accounts.Around{
		Organisation: people.OrganisationTx, Roles: people.RolesTx, Figures: people.MayFiguresTx, MayMakeCode: people.MayMakeCode,
		Stalled: a.Pulse.StalledSince, OutboxKey: a.outboxKey,
	})
}
